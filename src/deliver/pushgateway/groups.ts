import { z } from 'zod';
import { DeliveryError, SourceError } from '../../errors.ts';
import type { HttpClient } from '../../util/http.ts';
import type { Outcome } from '../outcome.ts';
import type { MetricGroup } from './metric.ts';
import { authHeaders, groupUrl, openClient, type PushDeps, type PushgatewayConfig, pushGroups } from './push.ts';

const Groups = z.object({ data: z.array(z.object({ labels: z.record(z.string(), z.string()) })) });

/** `cluster/prod`: every source of which the Pushgateway still shows metrics. @throws DeliveryError */
export async function listSources(config: PushgatewayConfig, deps: PushDeps): Promise<readonly string[]> {
  return withClient(config, async (client, headers) => {
    const url = `${config.url.replace(/\/+$/, '')}/api/v1/metrics`;
    const answer = await client.request({ url, headers, signal: deps.signal });
    const { data } = Groups.safeParse(answer.json());
    if (data === undefined) {
      throw new DeliveryError('the Pushgateway did not list its groups', {
        remedy: 'Use a Pushgateway of 1.0 or newer, and let /api/v1/metrics through.',
      });
    }
    const mine = data.data.filter(({ labels }) => labels['job'] === 'strandline');
    return mine.flatMap(({ labels }) => labels['source'] ?? []).toSorted();
  });
}

/** Deletes the group of a cluster or NAS that is no more: the Pushgateway never forgets by itself. */
export async function deleteSourceGroup(source: string, config: PushgatewayConfig, deps: PushDeps): Promise<void> {
  await deleteGroup({ job: 'strandline', source }, config, deps);
  deps.logger.info({ sink: 'pushgateway', source }, 'metrics of a retired source deleted');
}

/** Pushes a group of its own and takes it away again. */
export async function sendTestGroup(deployment: string, config: PushgatewayConfig, deps: PushDeps): Promise<Outcome> {
  const group = buildTestGroup(deployment);
  try {
    await pushGroups([group], config, deps);
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
  await deleteGroup(group.key, config, deps);
  return { state: 'sent' };
}

export function buildTestGroup(deployment: string): MetricGroup {
  const samples = [{ labels: {}, value: 1 }];
  return {
    method: 'PUT',
    key: { job: 'strandline_test', deployment },
    metrics: [{ name: 'strandline_test', help: 'Sent by `strandline deliver test`.', samples }],
  };
}

function deleteGroup(key: MetricGroup['key'], config: PushgatewayConfig, deps: PushDeps): Promise<void> {
  return withClient(config, async (client, headers) => {
    const url = groupUrl(config.url, key);
    await client.request({ url, method: 'DELETE', headers, idempotent: true, signal: deps.signal });
  });
}

async function withClient<T>(
  config: PushgatewayConfig,
  work: (client: HttpClient, headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const client = await openClient(config);
  try {
    return await work(client, await authHeaders(config));
  } catch (cause) {
    if (!(cause instanceof SourceError)) throw cause;
    throw new DeliveryError(cause.message, { cause, ...(cause.remedy !== undefined && { remedy: cause.remedy }) });
  } finally {
    client.close();
  }
}
