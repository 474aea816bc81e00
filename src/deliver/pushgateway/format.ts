import { Gauge, Registry } from 'prom-client';
import type { Metric } from './metric.ts';

/** Prometheus text exposition. Control characters in names read from elsewhere cannot break a line: prom-client escapes. */
export function formatMetrics(metrics: readonly Metric[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, samples } of metrics) {
    const labelNames = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
    const metric = new Gauge({ name, help, labelNames, registers: [registry] });
    for (const { labels, value } of samples) metric.set({ ...labels }, value);
  }
  return registry.metrics();
}
