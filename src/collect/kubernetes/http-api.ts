import { bulkhead } from 'cockatiel';
import { SourceError } from '../../errors.ts';
import type { HealthStep } from '../../model/health.ts';
import type { ClusterTarget } from '../../model/targets.ts';
import { connectOptions, isProxied } from '../../util/agent.ts';
import type { OnCall } from '../../util/call-record.ts';
import { defined } from '../../util/defined.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../../util/http.ts';
import { HttpStatusError } from '../../util/http-error.ts';
import { isLoopback } from '../../util/is-loopback.ts';
import type { RetryOptions } from '../../util/retry.ts';
import { reach } from '../reach.ts';
import { type KubeApi, type Query, StatusError } from './api.ts';
import type { ClusterAuth } from './auth.ts';
import { createClockSkew } from './clock-skew.ts';
import { isObject, type Json } from './item.ts';

export interface HttpApiOptions {
  readonly target: ClusterTarget;
  readonly auth: ClusterAuth;
  readonly signal: AbortSignal;
  readonly onCall?: OnCall | undefined;
  readonly nowMs: () => number;
  readonly retry?: Partial<RetryOptions>;
}

export interface HttpApi extends KubeApi {
  /** API server's clock minus ours; undefined before the first answer. */
  clockSkewMs(): number | undefined;
  readonly connection: ClusterConnection;
  readonly weakTls: readonly string[];
  /** Name, connection and TLS, without any credential but a client certificate. */
  reach(): Promise<readonly HealthStep[]>;
  close(): void;
}

/** For other callers of the same server, as the scan Lease is. */
export interface ClusterConnection {
  readonly http: Pick<HttpClient, 'request'>;
  readonly server: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
}

/** Calls under way at once, by default. More would only make the API server throttle us, and hold more pages in memory. */
const usualCallsAtOnce = 4;

/** GETs, and questions that store nothing, on one keep-alive agent. A call's timeout starts when it is sent, not while it waits for its turn. */
export async function createHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const { target, auth, signal, onCall, nowMs, retry } = options;
  const { callsAtOnce = usualCallsAtOnce } = target;
  const client = await createHttpClient({
    system: `cluster/${target.name}`,
    tls: target.tls,
    connect: auth.connect,
    timeoutMs: target.callTimeoutMs,
    maxSockets: callsAtOnce,
    onCall,
    ...(retry !== undefined && { retry }),
    ...(auth.proxyUrl !== undefined && { proxyUrl: auth.proxyUrl }),
  });
  const turns = bulkhead(callsAtOnce, Number.POSITIVE_INFINITY);
  const skew = createClockSkew(nowMs);
  const encoding = acceptsGzip(auth) ? 'gzip' : 'identity';

  async function call(path: string, query: Query, question?: Json): Promise<Json> {
    let body: unknown;
    const url = new URL(`${auth.server}${path}`);
    url.search = new URLSearchParams(query).toString();
    const headers = async () => ({
      ...(await auth.headers()),
      accept: 'application/json',
      'accept-encoding': encoding,
      ...(question !== undefined && { 'content-type': 'application/json' }),
    });
    const sent =
      question === undefined
        ? ({ method: 'GET' } as const)
        : ({ method: 'POST', idempotent: true, body: JSON.stringify(question) } as const);
    const countOf = (answer: HttpAnswer): number | undefined => {
      body = answer.json();
      return isObject(body) && Array.isArray(body['items']) ? body['items'].length : undefined;
    };
    const asked = skew.start();
    const answer = await client.request({ url, headers, signal, countOf, ...sent });
    asked.answered(answer.headers.get('date'));
    if (isObject(body)) return body;
    throw new SourceError('badAnswer', `${sent.method} ${path} answered with JSON that is no object`, {
      remedy: 'Check that the server address is that of a Kubernetes API server.',
    });
  }

  const inTurn = (what: string, path: string, work: () => Promise<Json>) =>
    turns.execute(work).catch((error: unknown) => Promise.reject(toStatus(error, `${what} ${path}`)));
  return {
    get: (path, query = {}) => inTurn('GET', path, () => call(path, query)),
    ask: (path, question) => inTurn('POST', path, () => call(path, {}, question)),
    reach: () =>
      reach(new URL(auth.server), {
        tls: connectOptions({ tls: target.tls, connect: auth.connect, maxSockets: 1 }),
        ...(target.tls.pins !== undefined && { pins: target.tls.pins }),
        timeoutMs: target.callTimeoutMs,
        isProxied: isProxied(defined({ proxyUrl: auth.proxyUrl })),
      }),
    clockSkewMs: () => skew.value(),
    weakTls: auth.weakTls,
    connection: { http: client, server: auth.server, headers: () => auth.headers() },
    close: () => client.close(),
  };
}

function toStatus(error: unknown, what: string): unknown {
  if (!(error instanceof HttpStatusError)) return error;
  return new StatusError(error.status, parsed(error.body), what);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The API server compresses pages over 128 KB to about a tenth. That pays over a slow line and costs CPU on both ends,
 * so not inside the cluster and not on this machine.
 */
function acceptsGzip(auth: ClusterAuth): boolean {
  return !auth.isInCluster && !isLoopback(new URL(auth.server).hostname);
}
