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

export interface OtlpReceiver extends Loopback {
  readonly spans: ReceivedSpan[];
  /** Every body as it came, to be searched for what must not be there. */
  readonly bodies: string[];
}

/** An OTLP/HTTP receiver of traces on loopback. */
export async function listenForTraces(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const server = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      if (request.url === '/v1/traces') {
        bodies.push(text);
        const { resourceSpans } = JSON.parse(text) as {
          resourceSpans: { scopeSpans: { spans: ReceivedSpan[] }[] }[];
        };
        spans.push(...resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  return { ...server, spans, bodies };
}
