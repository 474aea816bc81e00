import type { ConnectionOptions } from 'node:tls';
import fetch, { type RequestInit, type Response } from 'node-fetch';
import { SourceError } from '../errors.ts';
import type { TlsOptions } from '../model/targets.ts';
import { type Agents, createAgents } from './agent.ts';
import type { CallRecord, OnCall } from './call-record.ts';
import { HttpStatusError, toSourceError } from './http-error.ts';
import { createGuard, defaultRetry, type Guard, type RetryOptions } from './retry.ts';
import { redact } from './secret.ts';
import { traced, traceHeaders } from './trace.ts';
import { leaveTrace } from './trail.ts';

export interface HttpClientOptions {
  /** For errors and records: `nas/nas01`, `cluster/prod`. */
  readonly system: string;
  readonly tls?: TlsOptions;
  /** What a kubeconfig gave: ca, cert, key, servername, rejectUnauthorized. */
  readonly connect?: ConnectionOptions;
  readonly timeoutMs: number;
  /** Largest answer, after decompression. */
  readonly maxBodyBytes?: number;
  readonly maxSockets?: number;
  readonly retry?: Partial<RetryOptions>;
  readonly onCall?: OnCall | undefined;
  /** `proxy-url` of a kubeconfig; wins over the environment. */
  readonly proxyUrl?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface HttpCall {
  readonly url: string | URL;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  /** Asked for again before every try, so that a rotated token is picked up. */
  readonly headers?: Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>);
  readonly body?: string | Buffer;
  /** Only idempotent calls are repeated. Default: GET and HEAD are. */
  readonly idempotent?: boolean;
  readonly timeoutMs?: number;
  /** Deadline or cancellation of the run. */
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are an answer and no error. Default: 2xx. */
  readonly accept?: (status: number) => boolean;
  /** Stands for the URL in errors and records, where the URL itself is a secret (webhooks). */
  readonly label?: string;
  /** Objects in the answer, for the records. */
  readonly countOf?: (answer: HttpAnswer) => number | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly bytes: number;
  text(): string;
  /** @throws SourceError `badAnswer` when the body is not JSON. */
  json(): unknown;
}

export interface HttpClient {
  /** @throws SourceError (`HttpStatusError` when the server answered) and nothing else. */
  request(call: HttpCall): Promise<HttpAnswer>;
  readonly agents: Agents;
  close(): void;
}

const MIB = 1024 * 1024;

/** The one HTTP client. One agent and one circuit per system; redirects are errors; no credential reaches an error. */
export async function createHttpClient(options: HttpClientOptions): Promise<HttpClient> {
  const { system, tls = {}, connect, maxSockets = 6, proxyUrl, env } = options;
  const agents = await createAgents({
    tls,
    maxSockets,
    ...(connect !== undefined && { connect }),
    ...(proxyUrl !== undefined && { proxyUrl }),
    ...(env !== undefined && { env }),
  });
  const guard = createGuard(system, { ...defaultRetry, ...options.retry });
  return { agents, request: (call) => request(call, options, agents, guard), close: () => agents.destroy() };
}

function request(call: HttpCall, options: HttpClientOptions, agents: Agents, guard: Guard): Promise<HttpAnswer> {
  const url = new URL(call.url);
  const method = call.method ?? 'GET';
  const name = call.label ?? redact(`${method} ${url.protocol}//${url.host}${url.pathname}`);
  const record = call.label ?? redact(`${method} ${url.pathname}`);
  const signal = call.signal ?? neverAborted;
  const facts = {
    kind: 'call',
    attributes: { 'strandline.system': options.system, 'http.request.method': method },
  } as const;
  const once = () =>
    traced(record, facts, (span) =>
      recorded(call, options, record, async () => {
        const answer = await send(call, options, agents, name);
        span.note({ 'http.response.status_code': answer.status, 'http.response.size': answer.bytes });
        return answer;
      }),
    );
  if (signal.aborted) return Promise.reject(notAsked(name));
  return guard
    .run(once, { idempotent: call.idempotent ?? (method === 'GET' || method === 'HEAD'), signal })
    .catch((thrown) => {
      throw signal.aborted ? timedOut(name, 'the deadline of the run') : toSourceError(name, thrown);
    });
}

async function send(call: HttpCall, options: HttpClientOptions, agents: Agents, name: string): Promise<HttpAnswer> {
  const timeoutMs = call.timeoutMs ?? options.timeoutMs;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const headers = typeof call.headers === 'function' ? await call.headers() : call.headers;
    const response = await fetch(call.url, {
      method: call.method ?? 'GET',
      headers: { 'user-agent': 'strandline', ...traceHeaders(), ...headers },
      redirect: 'error',
      agent: (url: URL) => agents.forUrl(url),
      size: options.maxBodyBytes ?? 512 * MIB,
      signal: AbortSignal.any([timeout.signal, ...(call.signal === undefined ? [] : [call.signal])]),
      ...(call.body !== undefined && { body: call.body }),
    } as RequestInit);
    const body = Buffer.from(await response.arrayBuffer());
    const accepted = call.accept?.(response.status) ?? response.ok;
    if (!accepted) throw new HttpStatusError(name, response.status, body.toString('utf8'), retryAfterMs(response));
    return toAnswer(name, response, body);
  } catch (thrown) {
    if (timeout.signal.aborted) throw timedOut(name, `${timeoutMs} ms`);
    throw call.signal?.aborted === true ? timedOut(name, 'the deadline of the run') : toSourceError(name, thrown);
  } finally {
    clearTimeout(timer);
  }
}

function toAnswer(name: string, response: Response, body: Buffer): HttpAnswer {
  return {
    status: response.status,
    headers: response.headers,
    bytes: body.length,
    text: () => body.toString('utf8'),
    json() {
      try {
        return JSON.parse(body.toString('utf8'));
      } catch {
        // The parser's message quotes the body: it is left behind on purpose.
        throw badJson(name);
      }
    },
  };
}

async function recorded(
  call: HttpCall,
  { system, onCall }: HttpClientOptions,
  method: string,
  run: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const started = performance.now();
  const done = (rest: Pick<CallRecord, 'outcome' | 'bytes' | 'status' | 'count'>) => {
    const record = { system, method, durationMs: Math.round(performance.now() - started), ...rest };
    onCall?.(record);
    leaveTrace({ kind: 'call', ...record });
  };
  try {
    const answer = await run();
    const count = call.countOf?.(answer);
    done({ outcome: 'ok', status: answer.status, bytes: answer.bytes, ...(count !== undefined && { count }) });
    return answer;
  } catch (thrown) {
    const outcome = thrown instanceof SourceError ? thrown.kind : 'badAnswer';
    done({ outcome, bytes: 0, ...(thrown instanceof HttpStatusError && { status: thrown.status }) });
    throw thrown;
  }
}

/** Seconds or an HTTP date. */
function retryAfterMs(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

const neverAborted = new AbortController().signal;

function notAsked(name: string): SourceError {
  return new SourceError('notAsked', `${name} was not sent: the deadline of the run had passed`, {
    remedy: 'Raise the deadline of the run, or look why the sources are slow.',
  });
}

function timedOut(name: string, limit: string): SourceError {
  return new SourceError('timeout', `${name} gave no complete answer within ${limit}`, {
    remedy: 'Raise the call timeout, or look why the server is slow.',
  });
}

function badJson(name: string): SourceError {
  return new SourceError('badAnswer', `${name} answered with something that is not JSON`, {
    remedy: 'Check that the URL points at the right server and that nothing in between changes its answers.',
  });
}
