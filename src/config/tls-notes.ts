import type { Config } from './schema.ts';

/** Where config has made a connection weaker than the default: every report says so. Pure. */
export function listTlsNotes(config: Config): readonly string[] {
  return [
    ...weakened(config, []).map(({ what, where }) => `${where}: ${what}`),
    ...config.nas
      .filter(({ allowPlaintext, url }) => allowPlaintext && url.startsWith('http:'))
      .map(({ name }) => `nas ${name}: credentials and answers travel in clear text (allowPlaintext)`),
    ...(config.email?.security === 'none' ? ['email: mail travels in clear text (security: none)'] : []),
  ];
}

interface Weakness {
  readonly where: string;
  readonly what: string;
}

/** Every group of config that has the keys of a TLS connection, whichever section it belongs to. */
function weakened(value: unknown, path: readonly string[]): readonly Weakness[] {
  if (Array.isArray(value)) return value.flatMap((item) => weakened(item, [...path, nameOf(item)]));
  if (typeof value !== 'object' || value === null) return [];
  const { minVersion, insecureSkipVerify } = value as Readonly<Record<string, unknown>>;
  const where = path.filter((step) => step !== 'tls').join(' ');
  return [
    ...(insecureSkipVerify === true ? [{ where, what: 'any certificate is accepted (insecureSkipVerify)' }] : []),
    ...(minVersion === 'TLSv1.2' ? [{ where, what: 'TLS 1.2 is accepted (minVersion)' }] : []),
    ...Object.entries(value).flatMap(([key, field]) => weakened(field, [...path, key])),
  ];
}

function nameOf(item: unknown): string {
  const { name } = Object(item) as { readonly name?: unknown };
  return typeof name === 'string' ? name : '';
}
