import type { Config } from '../../config/schema.ts';
import { readSecretFile } from '../../config/secret-file.ts';
import { toTlsOptions } from '../../config/to-targets.ts';
import type { TlsOptions } from '../../model/targets.ts';
import { durationMs } from '../../util/duration.ts';
import { readAccessToken } from './oauth2.ts';

export type EmailConfig = NonNullable<Config['email']>;

/** The SMTP server as config names it, ready to be asked. */
export interface SmtpTarget {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly from: string;
  readonly timeoutMs: number;
  readonly tls: TlsOptions;
  /** Read anew for every mail, so that a rotated credential is picked up. */
  readonly auth: (() => Promise<SmtpAuth>) | undefined;
}

export type SmtpAuth =
  | { readonly user: string; readonly pass: string }
  | { readonly type: 'OAuth2'; readonly user: string; readonly accessToken: string };

/** @throws ConfigError when a file of the section cannot be read. */
export function toSmtpTarget(config: EmailConfig): SmtpTarget {
  const { host, port, security, from } = config;
  return {
    host,
    port,
    security,
    from,
    timeoutMs: durationMs(config.timeout),
    tls: toTlsOptions(config.tls, 'email.tls'),
    auth: toAuth(config),
  };
}

function toAuth(config: EmailConfig): SmtpTarget['auth'] {
  const { username, password, passwordFile, oauth2 } = config;
  if (username === undefined) return undefined;
  if (oauth2 !== undefined) {
    return async () => ({
      type: 'OAuth2',
      user: username,
      accessToken: (await readAccessToken(oauth2, durationMs(config.timeout))).reveal(),
    });
  }
  return async () => {
    const secret = password ?? (await readSecretFile(passwordFile ?? '', 'email.passwordFile'));
    return { user: username, pass: secret.reveal() };
  };
}
