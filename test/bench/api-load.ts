// `npm run bench:api [-- volumes …]`: what one reading of a cluster asks of a real API server: requests, bytes, seats of API
// Priority and Fairness, and whether its lists come out of the watch cache or out of etcd. Its own metrics say so.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCluster } from '../../src/collect/kubernetes/index.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { Cluster } from '../e2e/cluster/cluster.ts';
import { buildBenchEstate } from './scan/bench-estate.ts';
import { startRealCluster } from './scan/real-cluster.ts';

const given = process.argv.slice(2).map(Number);
const sizes = given.length > 0 ? given : [1000, 10_000];
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

type Sample = Readonly<Record<string, string>> & { readonly name: string; readonly value: string };

async function samples(cluster: Cluster): Promise<readonly Sample[]> {
  const text = await cluster.kc(['get', '--raw', '/metrics']);
  return text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value = ''] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === '') return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text] as const);
    return [{ ...Object.fromEntries(pairs), name, value }];
  });
}

function sum(all: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return all
    .filter((one) => one.name === name && Object.entries(labels).every(([label, value]) => one[label] === value))
    .reduce((total, { value }) => total + Number(value), 0);
}

/** `70 with up to 1, 3 with up to 4`, from the buckets of a histogram. */
function seatsByRequest(before: readonly Sample[], after: readonly Sample[], flow: Readonly<Record<string, string>>) {
  const name = 'apiserver_flowcontrol_work_estimated_seats_bucket';
  const bounds = [...new Set(after.filter((one) => one.name === name).map(({ le = '' }) => le))];
  let below = 0;
  return bounds
    .map((le) => {
      const upTo = sum(after, name, { ...flow, le }) - sum(before, name, { ...flow, le });
      const own = upTo - below;
      below = upTo;
      return { le, own };
    })
    .filter(({ own }) => own > 0)
    .map(({ le, own }) => `${own} with up to ${le}`)
    .join(', ');
}

/** `12 persistentvolumes, 3 pods`: by how much a counter grew, by resource. */
function grownBy(before: readonly Sample[], after: readonly Sample[], name: string): string {
  const resources = new Set(after.filter((one) => one.name === name).map(({ resource = '' }) => resource));
  return [...resources]
    .map((resource) => ({ resource, grew: sum(after, name, { resource }) - sum(before, name, { resource }) }))
    .filter(({ grew }) => grew > 0)
    .map(({ resource, grew }) => `${grew} ${resource}`)
    .join(', ');
}

async function measure(volumes: number): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'strandline-api-'));
  const [state] = buildBenchEstate(volumes).clusters;
  if (state === undefined) throw new Error('the estate has no cluster');
  const kubeconfig = join(scratch, 'kubeconfig');
  const cluster = await startRealCluster(state, kubeconfig);
  try {
    let [calls, bytes, busiest] = [0, 0, 0];
    const source = await openCluster(
      {
        name: 'bench',
        source: { kind: 'kubeconfig', file: kubeconfig },
        tls: {},
        callTimeoutMs: 60_000,
        pageSize: 500,
      },
      {
        log: silentLogger,
        signal: new AbortController().signal,
        onCall: (call) => {
          calls += 1;
          bytes += call.bytes;
          busiest = Math.max(busiest, call.durationMs);
        },
      },
    );
    const before = await samples(cluster);
    const startedMs = performance.now();
    const { sections } = await source.collect();
    const tookMs = Math.round(performance.now() - startedMs);
    const after = await samples(cluster);
    source.close();
    const grew = (name: string, labels?: Readonly<Record<string, string>>) =>
      sum(after, name, labels) - sum(before, name, labels);
    const flow = { flow_schema: 'service-accounts', priority_level: 'workload-low' };
    const objects = Object.values(sections).reduce((total, one) => total + (one.ok ? one.items.length : 0), 0);
    const requests = grew('apiserver_flowcontrol_request_execution_seconds_count', flow);
    const heldS = grew('apiserver_flowcontrol_request_execution_seconds_sum', flow);
    const seats = grew('apiserver_flowcontrol_work_estimated_seats_sum', flow);
    const failed = Object.entries(sections).flatMap(([name, one]) => (one.ok ? [] : [name]));
    if (failed.length > 0) throw new Error(`not read: ${failed}`);
    const limit = (labels: Readonly<Record<string, string>>) =>
      sum(after, 'apiserver_flowcontrol_nominal_limit_seats', labels);
    const waited = grew('apiserver_flowcontrol_request_wait_duration_seconds_sum', flow).toFixed(3);
    const megabytes = (bytes / 1e6).toFixed(1);
    say(
      `\n${volumes} volumes: ${objects} objects in ${calls} calls, ${megabytes} MB, ${tookMs} ms, slowest call ${busiest} ms`,
    );
    say(
      `  ${flow.flow_schema} → ${flow.priority_level}: ${requests} requests, executing for ${heldS.toFixed(2)} s, waiting ${waited} s`,
    );
    say(
      `  seats: ${seats} in all (${seatsByRequest(before, after, flow)}), of ${limit({ priority_level: flow.priority_level })} of ${limit({})}`,
    );
    for (const from of ['cache', 'storage'] as const) {
      const lists = grownBy(before, after, `apiserver_${from}_list_total`);
      say(`  lists out of ${from === 'cache' ? 'the watch cache' : 'etcd'}: ${lists}`);
    }
    const [cpuS, memory] = [grew('process_cpu_seconds_total'), sum(after, 'process_resident_memory_bytes') / 1e6];
    say(`  API server: ${cpuS.toFixed(2)} s CPU, ${Math.round(memory)} MB`);
  } finally {
    await cluster.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

for (const volumes of sizes) await measure(volumes);
