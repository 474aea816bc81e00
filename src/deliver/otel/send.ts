import type { OtelTarget } from '../../config/to-otel-target.ts';
import { DeliveryError } from '../../errors.ts';
import { createAgents } from '../../util/agent.ts';
import { leaveTrace } from '../../util/trail.ts';
import type { MetricGroup } from '../pushgateway/metric.ts';
import { mergeGroups } from '../pushgateway/text-file.ts';

/**
 * The same metrics by OTLP/HTTP, under the same names. The SDK is loaded only here: it costs a run without it nothing.
 * @throws DeliveryError when the collector does not take them.
 */
export async function sendOtelMetrics(
  groups: readonly MetricGroup[],
  target: OtelTarget,
  timeoutMs: number,
): Promise<void> {
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
  const agents = await createAgents({ tls: target.tls, maxSockets: 1 });
  const exporter = new OTLPMetricExporter({
    url: target.url,
    headers: { ...target.headers },
    timeoutMillis: timeoutMs,
    httpAgentOptions: () => agents.forUrl(new URL(target.url)),
  });
  const startedMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  try {
    const metrics = await collect(groups);
    exporter.export(metrics, ({ code, error }) => resolve(code === 0 ? undefined : (error ?? new Error('refused'))));
    const error = await promise;
    const count = metrics.scopeMetrics.reduce((sum, scope) => sum + scope.metrics.length, 0);
    leaveTrace({
      ...{ kind: 'call', system: 'otel', method: 'POST /v1/metrics', outcome: error === undefined ? 'ok' : 'server' },
      ...{ bytes: 0, count, durationMs: Math.round(performance.now() - startedMs) },
    });
    if (error !== undefined) throw toDeliveryError(error);
  } finally {
    await exporter.shutdown();
    agents.destroy();
  }
}

/** Recorded in a provider of its own and read once: nothing global, no timer. */
async function collect(groups: readonly MetricGroup[]) {
  const { MeterProvider, MetricReader } = await import('@opentelemetry/sdk-metrics');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  class OneReading extends MetricReader {
    protected onForceFlush(): Promise<void> {
      return Promise.resolve();
    }
    protected onShutdown(): Promise<void> {
      return Promise.resolve();
    }
  }
  // The default would merge all series of a family beyond the 2000th into one.
  const reader = new OneReading({ cardinalitySelector: () => 1_000_000 });
  const resource = resourceFromAttributes({ 'service.name': 'strandline' });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter('strandline');
  for (const { name, help, samples } of mergeGroups(groups)) {
    const gauge = meter.createGauge(name, { description: help });
    for (const { labels, value } of samples) gauge.record(value, { ...labels });
  }
  const { resourceMetrics, errors } = await reader.collect();
  await provider.shutdown();
  if (errors.length > 0) throw new AggregateError(errors, 'the metrics could not be collected');
  return resourceMetrics;
}

/** The text of the error may quote an answer: its code alone is told. */
function toDeliveryError(error: Error): DeliveryError {
  const { code } = error as { readonly code?: unknown };
  const answer = typeof code === 'number' ? `answered ${code}` : `did not answer (${String(code ?? error.name)})`;
  return new DeliveryError(`the OpenTelemetry collector ${answer} to the metrics`, {
    cause: error,
    remedy: 'See that otel.endpoint names an OTLP/HTTP receiver, and what its log says.',
  });
}
