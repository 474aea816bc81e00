import { buildRunGroupOf, buildSourceGroups } from '../../src/deliver/pushgateway/build.ts';
import type { Metric } from '../../src/deliver/pushgateway/metric.ts';
import { makeRichResult } from '../support/make-result.ts';

/** Every metric of a result that has everything, with its labels. */
export function formatMetricTable(): string {
  const result = makeRichResult();
  const run = {
    deployment: 'main',
    exitCode: 0,
    finishedAt: result.scan.finishedAt,
    durationMs: 1,
    failedDeliveries: 0,
  };
  const groups = [...buildSourceGroups(result, { perVolume: { enabled: true, cap: 1 } }), buildRunGroupOf(result, run)];
  const metrics = new Map<string, { help: string; labels: Set<string> }>();
  for (const { name, help, labels } of groups.flatMap((group) => group.metrics.map(describe))) {
    const known = metrics.get(name) ?? { help, labels: new Set<string>() };
    for (const label of labels) known.labels.add(label);
    metrics.set(name, known);
  }
  const rows = [...metrics]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, { help, labels }]) =>
        `| \`${name}\` | ${[...labels].map((label) => `\`${label}\``).join(', ')} | ${help} |`,
    );
  return ['| metric | labels | meaning |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function describe({ name, help, samples }: Metric): { name: string; help: string; labels: readonly string[] } {
  return { name, help, labels: samples.flatMap(({ labels }) => Object.keys(labels)) };
}
