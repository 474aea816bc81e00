import { ConfigError } from '../errors.ts';
import type { TlsOptions } from '../model/targets.ts';
import { Secret } from '../util/secret.ts';
import type { Config } from './schema.ts';
import { readSecretFile } from './secret-file.ts';
import { toTlsOptions } from './to-targets.ts';

/** Where one signal of OpenTelemetry goes. */
export interface OtelTarget {
  readonly url: string;
  /** May hold credentials: never to be logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** OTLP/HTTP below the base address, as its specification says. @throws ConfigError when a file cannot be read. */
export async function toOtelTarget(
  { endpoint, headersFile, tls }: Config['otel'],
  signal: 'metrics' | 'traces',
  env: Readonly<Record<string, string | undefined>>,
): Promise<OtelTarget> {
  const base = endpoint ?? (env['OTEL_EXPORTER_OTLP_ENDPOINT'] || 'http://localhost:4318');
  return {
    url: `${base.replace(/\/+$/, '')}/v1/${signal}`,
    headers: headersFile === undefined ? {} : await readHeaders(headersFile),
    tls: toTlsOptions(tls, 'otel.tls'),
  };
}

async function readHeaders(file: string): Promise<Record<string, string>> {
  const text = (await readSecretFile(file, 'otel.headersFile')).reveal();
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w-]+):\s*(.+?)\s*$/.exec(line) ?? [];
      if (name === undefined || value === undefined) {
        throw new ConfigError(`otel.headersFile ${file}: a line is no header`, {
          remedy: 'Write one `Name: value` per line.',
        });
      }
      new Secret(value); // from here on cleaned out of every log and error
      return [name, value];
    }),
  );
}
