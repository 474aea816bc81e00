// One way to push the metrics of a large result, in a process of its own: the child process of metrics.ts.
// Argv: way (`ours`, `floor` or `nothing`), address of the Pushgateway, volumes. Prints one line of JSON.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Pushgateway } from '../../src/config/sections/deliveries.ts';
import { buildSourceGroups } from '../../src/deliver/pushgateway/build.ts';
import type { MetricGroup } from '../../src/deliver/pushgateway/metric.ts';
import { groupUrl, pushGroups } from '../../src/deliver/pushgateway/push.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { makeLargeResult } from './large-result.ts';

const [way = '', url = '', volumesText = ''] = process.argv.slice(2);
const volumes = Number(volumesText);
const result = makeLargeResult(volumes);
const perVolume = { enabled: true, cap: volumes };

/** The least that can be done: the same lines put together, compressed, sent. */
async function concatenate(): Promise<void> {
  for (const { key, metrics } of buildSourceGroups(result, { perVolume })) {
    let text = '';
    for (const { name, help, samples } of metrics) {
      text += `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`;
      for (const { labels, value } of samples) text += `${name}${labelText(labels)} ${value}\n`;
    }
    const headers = { 'content-encoding': 'gzip', 'content-type': 'text/plain; version=0.0.4' };
    const body = await promisify(gzip)(text);
    const answer = await fetch(groupUrl(url, key), { method: 'PUT', headers, body });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}

function labelText(labels: MetricGroup['metrics'][number]['samples'][number]['labels']): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  nothing: async () => {},
  floor: concatenate,
  ours: () =>
    pushGroups(buildSourceGroups(result, { perVolume }), Pushgateway.parse({ url, timeout: '2m' }), {
      logger: silentLogger,
    }),
};

const before = process.cpuUsage();
const startedMs = performance.now();
await ways[way]?.();
const { user, system } = process.cpuUsage(before);
const took = {
  ms: Math.round(performance.now() - startedMs),
  cpuMs: Math.round((user + system) / 1000),
  peakMb: Math.round(process.resourceUsage().maxRSS / 1000),
};
process.stdout.write(`${JSON.stringify(took)}\n`);
