import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Fault, halfOf } from '../faults.ts';
import { type Answer, expired, pageNotFound, statusAnswer, unauthorized } from './answer.ts';

/** The API server compresses answers from this size on. */
const gzipFromBytes = 128 * 1024;
const compress = promisify(gzip);

/** An answer that a fault puts in the place of the true one; undefined when it only changes how that is sent. */
export function faultAnswer(fault: Fault): Answer | undefined {
  if (fault.kind === 'unauthorized') return unauthorized;
  if (fault.kind === 'forbidden') return statusAnswer(403, 'Forbidden', 'forbidden: refused by a fault', {});
  if (fault.kind === 'notFound') return pageNotFound;
  if (fault.kind === 'gone') return expired;
  if (fault.kind === 'serverError') return statusAnswer(500, 'InternalError', 'Internal error occurred: a fault', {});
  if (fault.kind === 'unavailable')
    return statusAnswer(503, 'ServiceUnavailable', 'the server is currently unable to handle the request', {});
  if (fault.kind === 'tooManyRequests')
    return statusAnswer(429, 'TooManyRequests', 'too many requests, please try again later', {
      retryAfterSeconds: fault.retryAfterSeconds ?? 1,
    });
  if (fault.kind === 'wrongJson') return { status: 200, body: '<html><body>a proxy of the company</body></html>' };
  return undefined;
}

type List = { readonly metadata: object; readonly items: readonly unknown[] };

/** `halfPage` and `emptyList` take something out of a right answer. */
export function reduced(answer: Answer, fault: Fault): Answer {
  const body = answer.body as Readonly<Record<string, unknown>>;
  if (fault.kind === 'emptyList') return { ...answer, body: emptied(body) };
  if (fault.kind !== 'halfPage') return answer;
  if (!Array.isArray(body['items'])) return { ...answer, body: halfText(body) };
  const { metadata, items } = body as unknown as List;
  const left = halfOf(fault, items.length);
  const { continue: _token, ...rest } = metadata as Record<string, unknown>;
  const remainingItemCount = Math.max(1, items.length - left);
  return { ...answer, body: { ...body, metadata: { ...rest, remainingItemCount }, items: items.slice(0, left) } };
}

function emptied(body: Readonly<Record<string, unknown>>): unknown {
  const { metadata } = body as unknown as List;
  if (Array.isArray(body['items'])) {
    const { resourceVersion } = metadata as Record<string, unknown>;
    return { ...body, metadata: { resourceVersion }, items: [] };
  }
  if (Array.isArray(body['groups'])) return { ...body, groups: [] };
  if (Array.isArray(body['resources'])) return { ...body, resources: [] };
  return {};
}

function halfText(body: unknown): string {
  const text = JSON.stringify(body);
  return text.slice(0, Math.floor(text.length / 2));
}

export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  options: { readonly date: Date; readonly isCut: boolean },
): Promise<void> {
  const isText = typeof answer.body === 'string';
  const plain = Buffer.from(isText ? (answer.body as string) : `${JSON.stringify(answer.body)}\n`);
  const isGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) && plain.length >= gzipFromBytes;
  const body = isGzip ? await compress(plain, { level: 1 }) : plain;
  response.sendDate = false;
  response.writeHead(answer.status, {
    'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'Content-Length': body.length,
    'Cache-Control': 'no-cache, private',
    Date: options.date.toUTCString(),
    ...(isGzip && { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }),
    ...answer.headers,
  });
  if (!options.isCut) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}
