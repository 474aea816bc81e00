import { Gauge, Registry } from 'prom-client';
import type { Metric } from './metric.ts';

/** Prometheus text exposition. Control characters in names read from elsewhere cannot break a line: prom-client escapes. */
export async function formatMetrics(metrics: readonly Metric[]): Promise<string> {
  let text = '';
  for await (const family of formatFamilies(metrics)) text += family;
  return text;
}

/** The same, a family at a time: no more of it than that has to be in memory. */
export async function* formatFamilies(metrics: readonly Metric[]): AsyncGenerator<string> {
  let separator = '';
  for (const { name, help, samples } of metrics) {
    const registry = new Registry();
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const metric = new Gauge({ name, help, labelNames, registers: [registry] });
    for (const { labels, value } of samples) metric.set({ ...labels }, value);
    yield separator + (await registry.metrics());
    separator = '\n';
  }
}
