import { appendFileSync } from 'node:fs';
import https from 'node:https';
import { WebSocket } from 'ws';

/**
 * Preloaded (`node --import`) into a scan, its threads included: writes down everything that it asks, one line of JSON a
 * call, so that the floor can ask exactly the same. Passwords and keys are in it: a scratch file.
 */
export type RecordedCall =
  | { readonly kind: 'rpc'; readonly url: string; readonly message: string }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly method: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string;
    };

const file = process.env['BENCH_CALLS'] ?? '';
const note = (call: RecordedCall) => appendFileSync(file, `${JSON.stringify(call)}\n`, { mode: 0o600 });

const { send } = WebSocket.prototype;
WebSocket.prototype.send = function record(this: WebSocket, data: unknown) {
  note({ kind: 'rpc', url: this.url, message: String(data) });
  return Reflect.apply(send, this, [data]);
};

const { request } = https;
https.request = ((url: string, options: https.RequestOptions, ...rest: never[]) => {
  const call = request(url, options, ...rest);
  if (typeof url !== 'string') return call; // the library of the WebSocket, which the floor opens itself
  const chunks: Buffer[] = [];
  const { write } = call;
  call.write = ((chunk: Buffer | string, ...more: never[]) => {
    chunks.push(Buffer.from(chunk));
    return Reflect.apply(write, call, [chunk, ...more]);
  }) as typeof write;
  call.on('finish', () => {
    const { method = 'GET' } = options;
    const headers = Object.fromEntries(new Headers(options.headers as Record<string, string>));
    note({ kind: 'http', url, method, headers, ...(chunks.length > 0 && { body: Buffer.concat(chunks).toString() }) });
  });
  return call;
}) as typeof https.request;
