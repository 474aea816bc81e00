import { context, trace } from '@opentelemetry/api';
import type { Config } from './config/schema.ts';
import { toOtelTarget } from './config/to-otel-target.ts';
import type { Logger } from './model/logger.ts';
import { createAgents } from './util/agent.ts';

let stop: (() => Promise<void>) | undefined;

/** Traces by OTLP/HTTP, when `otel.enabled` says so. Only then is the SDK loaded. @throws ConfigError */
export async function startTracing(
  { otel, deployment }: Pick<Config, 'otel' | 'deployment'>,
  env: Readonly<Record<string, string | undefined>>,
  log: Logger,
): Promise<void> {
  if (!otel.enabled || stop !== undefined) return;
  const target = await toOtelTarget(otel, 'traces', env);
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, hooks, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/resources'),
    ]);
  const agents = await createAgents({ tls: target.tls, maxSockets: 2 });
  const exporter = new OTLPTraceExporter({
    url: target.url,
    headers: { ...target.headers },
    timeoutMillis: 5000,
    httpAgentOptions: () => agents.forUrl(new URL(target.url)),
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'strandline', 'service.namespace': deployment }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new hooks.AsyncLocalStorageContextManager().enable());
  stop = async () => {
    await provider.shutdown().catch((error: unknown) => {
      log.warn({ stage: 'otel', err: error }, 'traces could not be sent to the end');
    });
    agents.destroy();
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
