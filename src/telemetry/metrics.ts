import type { Meter } from '@opentelemetry/api';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../model/logger.ts';
import { durationMs } from '../util/duration.ts';
import { openExporterPlace } from './open-exporter.ts';

export interface SentMetrics {
  readonly meter: Meter;
  /** Sends what is left. Never throws. */
  stop(): Promise<void>;
}

/**
 * Metrics of a process that keeps running, by OTLP/HTTP every `otel.interval`, when `otel.enabled` says so; what a scan
 * found is sent by the scan itself. Only then is the SDK loaded. @throws ConfigError
 */
export async function startMetrics(
  config: Pick<Config, 'otel' | 'deployment'>,
  env: Readonly<Record<string, string | undefined>>,
  log: Logger,
): Promise<SentMetrics | undefined> {
  if (!config.otel.enabled) return undefined;
  const place = await openExporterPlace(config, 'metrics', env);
  const [{ MeterProvider, PeriodicExportingMetricReader }, { OTLPMetricExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-metrics'),
      import('@opentelemetry/exporter-metrics-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const exportIntervalMillis = durationMs(config.otel.interval);
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(place.options),
    ...{ exportIntervalMillis, exportTimeoutMillis: Math.min(exportIntervalMillis, 10_000) },
  });
  const provider = new MeterProvider({ resource: resourceFromAttributes(place.resource), readers: [reader] });
  return {
    meter: provider.getMeter('strandline'),
    async stop() {
      await provider.shutdown().catch((error: unknown) => {
        log.warn({ stage: 'otel', err: error }, 'metrics could not be sent to the end');
      });
      place.close();
    },
  };
}
