import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Config } from '../../config/schema.ts';
import { readSecretFile } from '../../config/secret-file.ts';
import { toTlsOptions } from '../../config/to-targets.ts';
import type { Logger } from '../../model/logger.ts';
import { durationMs } from '../../util/duration.ts';
import { createHttpClient, type HttpClient } from '../../util/http.ts';
import { formatFamilies, formatMetrics } from './format.ts';
import type { MetricGroup } from './metric.ts';

export type PushgatewayConfig = NonNullable<Config['pushgateway']>;

export interface PushDeps {
  readonly logger: Logger;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends every group; one that is refused does not keep the others back.
 * @throws AggregateError of SourceErrors, ConfigError when a file of the section cannot be read.
 */
export async function pushGroups(
  groups: readonly MetricGroup[],
  config: PushgatewayConfig,
  { logger, signal }: PushDeps,
): Promise<void> {
  const client = await openClient(config);
  try {
    const headers = await authHeaders(config);
    const outcomes = await Promise.allSettled(
      groups.map((group) => pushGroup(client, group, config, { headers, signal })),
    );
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    logger.info({ sink: 'pushgateway', count: groups.length - errors.length, failed: errors.length }, 'metrics pushed');
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${groups.length} groups`);
  } finally {
    client.close();
  }
}

export function openClient(config: PushgatewayConfig): Promise<HttpClient> {
  return createHttpClient({
    system: 'pushgateway',
    tls: toTlsOptions(config.tls, 'pushgateway.tls'),
    timeoutMs: durationMs(config.timeout),
    maxBodyBytes: 64 * 1024 * 1024, // the list of groups comes with all their metrics
    retry: { retries: 2, baseMs: 200, maxMs: 2000 },
  });
}

async function pushGroup(
  client: HttpClient,
  group: MetricGroup,
  config: PushgatewayConfig,
  call: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal | undefined },
): Promise<void> {
  await client.request({
    url: groupUrl(config.url, group.key),
    method: group.method,
    headers: {
      ...call.headers,
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      ...(config.gzip && { 'content-encoding': 'gzip' }),
    },
    body: config.gzip ? await compressed(group) : await formatMetrics(group.metrics),
    // Both methods replace what they name by the same values: doing it twice changes nothing.
    idempotent: true,
    signal: call.signal,
  });
}

/** Never the whole text at once: of 100,000 series that would be 20 MB. */
function compressed({ metrics }: MetricGroup): Promise<Buffer> {
  return pipeline(Readable.from(formatFamilies(metrics)), createGzip(), (zipped) => buffer(zipped));
}

/** Every value but the job in its base64 form: a slash in a plain one is refused with 400. */
export function groupUrl(base: string, { job, ...labels }: MetricGroup['key']): string {
  const rest = Object.entries(labels).map(
    ([name, value]) => `/${name}@base64/${Buffer.from(value).toString('base64url')}`,
  );
  return `${base.replace(/\/+$/, '')}/metrics/job/${encodeURIComponent(job)}${rest.join('')}`;
}

export async function authHeaders(config: PushgatewayConfig): Promise<Readonly<Record<string, string>>> {
  if (config.tokenFile !== undefined) {
    const token = await readSecretFile(config.tokenFile, 'pushgateway.tokenFile');
    return { authorization: `Bearer ${token.reveal()}` };
  }
  if (config.username === undefined) return {};
  const password =
    config.passwordFile === undefined
      ? ''
      : (await readSecretFile(config.passwordFile, 'pushgateway.passwordFile')).reveal();
  return { authorization: `Basic ${Buffer.from(`${config.username}:${password}`).toString('base64')}` };
}
