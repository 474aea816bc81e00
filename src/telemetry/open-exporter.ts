import type { Config } from '../config/schema.ts';
import { toOtelTarget } from '../config/to-otel-target.ts';
import { createAgents } from '../util/agent.ts';

/** What every exporter of OTLP/HTTP is made with, for one signal. */
export interface ExporterPlace {
  readonly options: {
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly timeoutMillis: number;
    readonly httpAgentOptions: () => ReturnType<Awaited<ReturnType<typeof createAgents>>['forUrl']>;
  };
  readonly resource: Readonly<Record<string, string>>;
  close(): void;
}

/** @throws ConfigError when a file cannot be read */
export async function openExporterPlace(
  { otel, deployment }: Pick<Config, 'otel' | 'deployment'>,
  signal: 'metrics' | 'traces',
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExporterPlace> {
  const target = await toOtelTarget(otel, signal, env);
  const agents = await createAgents({ tls: target.tls, maxSockets: 2 });
  return {
    options: {
      url: target.url,
      headers: { ...target.headers },
      timeoutMillis: 5000,
      httpAgentOptions: () => agents.forUrl(new URL(target.url)),
    },
    resource: { 'service.name': 'strandline', 'service.namespace': deployment },
    close: () => agents.destroy(),
  };
}
