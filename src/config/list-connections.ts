import type { Connection } from '../model/connection.ts';
import { isLoopback } from '../util/is-loopback.ts';
import type { Config } from './schema.ts';
import type { TlsConfig } from './sections/sources.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Every connection of config, whichever section it stands in: what has the keys of TLS, or a URL. Pure. What is only
 * known at run time (a URL in a file, a kubeconfig) is not here.
 */
export function listConnections(config: Config): readonly Connection[] {
  return found(config, []);
}

/** Where config has made a connection weaker than the default: every report says so. Pure. */
export function listTlsNotes(config: Config): readonly string[] {
  return listConnections(config).flatMap(({ where, weaknesses }) => weaknesses.map((what) => `${where}: ${what}`));
}

function found(value: unknown, path: readonly string[]): readonly Connection[] {
  if (Array.isArray(value)) return value.flatMap((item) => found(item, [...path, nameOf(item)]));
  if (typeof value !== 'object' || value === null || (value as Fields)['enabled'] === false) return [];
  const fields = value as Fields;
  const tls = fields['minVersion'] === undefined ? fields['tls'] : fields;
  const isConnection = tls !== undefined || urlsOf(fields).length > 0;
  return [
    ...(isConnection ? [toConnection(path, fields, (tls ?? {}) as Partial<TlsConfig>)] : []),
    ...Object.entries(fields).flatMap(([key, field]) => (key === 'tls' ? [] : found(field, [...path, key]))),
  ];
}

function toConnection(path: readonly string[], fields: Fields, tls: Partial<TlsConfig>): Connection {
  const where = path.filter((step) => step !== '').join(' ');
  const plain = urlsOf(fields).filter((url) => url.startsWith('http:'));
  if (fields['security'] === 'none' || plain.some((url) => !isLoopback(new URL(url).hostname)))
    return { where, guard: 'none', weaknesses: [clearText(fields)] };
  if (plain.length > 0) return { where, guard: 'none needed: it stays on this machine', weaknesses: [] };
  return { where, guard: guardOf(tls, path[0] === 'clusters'), weaknesses: weaknessesOf(tls) };
}

function weaknessesOf({ insecureSkipVerify, minVersion }: Partial<TlsConfig>): readonly string[] {
  return [
    ...(insecureSkipVerify === true ? ['any certificate is accepted (insecureSkipVerify)'] : []),
    ...(minVersion === 'TLSv1.2' ? ['TLS 1.2 is accepted (minVersion)'] : []),
  ];
}

function clearText(fields: Fields): string {
  if (fields['allowPlaintext'] === true) return 'credentials and answers travel in clear text (allowPlaintext)';
  if (fields['security'] === 'none') return 'mail travels in clear text (security: none)';
  return 'what is sent and answered travels in clear text (http)';
}

function guardOf(
  { minVersion = 'TLSv1.3', caFile, pins = [], certFile }: Partial<TlsConfig>,
  isCluster: boolean,
): string {
  const authority = isCluster ? 'the CA of the kubeconfig or service account' : 'the public CAs';
  const isPinnedOnly = pins.length > 0 && caFile === undefined && !isCluster;
  return [
    `TLS ${minVersion.slice('TLSv'.length)} or newer`,
    ...(isPinnedOnly ? [] : [`certificate checked against ${caFile ?? authority}`]),
    ...(pins.length > 0 ? [`key pinned (${pins.length} ${pins.length === 1 ? 'pin' : 'pins'})`] : []),
    ...(certFile === undefined ? [] : ['client certificate']),
  ].join(', ');
}

function urlsOf(fields: Fields): readonly string[] {
  return Object.entries(fields).flatMap(([key, field]) =>
    /^(url|endpoint|.+Url)$/.test(key) && typeof field === 'string' ? [field] : [],
  );
}

function nameOf(item: unknown): string {
  const { name } = Object(item) as { readonly name?: unknown };
  return typeof name === 'string' ? name : '';
}
