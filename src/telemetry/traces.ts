import { context, trace } from '@opentelemetry/api';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../model/logger.ts';
import { openExporterPlace } from './open-exporter.ts';

let stop: (() => Promise<void>) | undefined;

/** Traces by OTLP/HTTP, when `otel.enabled` says so. Only then is the SDK loaded. @throws ConfigError */
export async function startTracing(
  config: Pick<Config, 'otel' | 'deployment'>,
  env: Readonly<Record<string, string | undefined>>,
  log: Logger,
): Promise<void> {
  if (!config.otel.enabled || stop !== undefined) return;
  const place = await openExporterPlace(config, 'traces', env);
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, hooks, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/resources'),
    ]);
  const provider = new TracerProvider({
    resource: resourceFromAttributes(place.resource),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(place.options) })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  stop = async () => {
    await provider.shutdown().catch((error: unknown) => {
      log.warn({ stage: 'otel', err: error }, 'traces could not be sent to the end');
    });
    place.close();
    trace.disable();
    context.disable();
  };
}

/** Sends what is left. Never throws: a run does not fail for its traces. */
export async function stopTracing(): Promise<void> {
  const stopNow = stop;
  stop = undefined;
  await stopNow?.();
}
