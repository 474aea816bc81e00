import { ConfigError } from '../errors.ts';

/** @throws ConfigError when the logo is not inside the URI: the report must not ask anything of the network. */
export function checkLogo(logo: string | undefined): void {
  if (logo === undefined || /^data:image\/(?:png|jpeg|webp|svg\+xml)[;,]/.test(logo)) return;
  throw new ConfigError('The report logo is not a data:image URI', {
    remedy: 'Give the logo as data:image/png;base64,… (PNG, JPEG, WebP or SVG).',
  });
}
