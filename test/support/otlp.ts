import { gunzipSync } from 'node:zlib';
import { type Loopback, listen } from './loopback.ts';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

type Attributes = ReceivedSpan['attributes'];

export interface ReceivedMetric {
  readonly name: string;
  readonly unit?: string;
  readonly gauge?: { readonly dataPoints: readonly { readonly asDouble?: number; readonly asInt?: number }[] };
  readonly sum?: { readonly dataPoints: readonly { readonly asDouble: number; readonly attributes: Attributes }[] };
  readonly histogram?: {
    readonly dataPoints: readonly {
      readonly count: number;
      readonly sum: number;
      readonly explicitBounds: readonly number[];
      readonly attributes: Attributes;
    }[];
  };
}

export interface OtlpReceiver extends Loopback {
  readonly spans: ReceivedSpan[];
  /** One list per export, the newest last. */
  readonly exports: (readonly ReceivedMetric[])[];
  /** Every body as it came, to be searched for what must not be there. */
  readonly bodies: string[];
}

/** An OTLP/HTTP receiver of traces and metrics on loopback. */
export async function listenForOtlp(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const exports: (readonly ReceivedMetric[])[] = [];
  const bodies: string[] = [];
  const server = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      bodies.push(text);
      if (request.url === '/v1/traces') {
        const { resourceSpans } = JSON.parse(text) as {
          resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[];
        };
        spans.push(...resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)));
      } else if (request.url === '/v1/metrics') {
        const { resourceMetrics } = JSON.parse(text) as {
          resourceMetrics: { scopeMetrics: { metrics: ReceivedMetric[] }[] }[];
        };
        exports.push(resourceMetrics.flatMap((one) => one.scopeMetrics.flatMap((scope) => scope.metrics)));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  return { ...server, spans, exports, bodies };
}
