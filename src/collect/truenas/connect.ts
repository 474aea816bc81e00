import { SourceError } from '../../errors.ts';
import type { Logger } from '../../model/logger.ts';
import type { NasTarget } from '../../model/targets.ts';
import type { OnCall } from '../../util/call-record.ts';
import { systemClock } from '../../util/clock.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../../util/http.ts';
import type { RetryOptions } from '../../util/retry.ts';
import { leaveTrace } from '../../util/trail.ts';
import type { TrueNasClient } from './client.ts';
import { JsonRpcClient } from './jsonrpc/client.ts';
import { isAtLeast, parseRelease, type Release } from './release.ts';
import { RestClient } from './rest/client.ts';
import { versionOf } from './version.ts';

export interface ConnectDeps {
  readonly log: Logger;
  /** Deadline or cancellation of the whole run. */
  readonly signal?: AbortSignal | undefined;
  readonly onCall?: OnCall | undefined;
  readonly retry?: Partial<RetryOptions>;
  /** Our clock; default the machine's. */
  readonly now?: (() => Date) | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A NAS that let us in. */
export interface ConnectedNas {
  readonly client: TrueNasClient;
  readonly version: string;
  readonly release: Release;
  /** The NAS's clock minus ours, from the HTTP Date header: whole seconds only. */
  readonly httpSkewMs?: number;
}

/** Chooses the transport by what the system is, logs in and reads the version. @throws SourceError */
export async function connectNas(target: NasTarget, deps: ConnectDeps): Promise<ConnectedNas> {
  const { log, signal, onCall, retry, env } = deps;
  const isPlain = new URL(target.url).protocol === 'http:';
  if (isPlain && !target.allowPlaintext) throw plaintextRefused(target);
  const http = await createHttpClient({
    system: `nas/${target.name}`,
    tls: target.tls,
    timeoutMs: target.callTimeoutMs,
    ...(target.callsAtOnce !== undefined && { maxSockets: target.callsAtOnce }),
    onCall,
    ...(retry !== undefined && { retry }),
    ...(env !== undefined && { env }),
  });
  try {
    const probe = target.transport === 'jsonrpc' ? { hasJsonRpc: true } : await probeVersions(http, target, deps);
    if (target.transport === 'rest' && probe.hasJsonRpc) throw restRefused(target);
    if (probe.hasJsonRpc && isPlain && target.auth.kind === 'apiKey') throw keyWouldBeRevoked(target);
    const client = probe.hasJsonRpc ? openRpc(target, http, deps) : new RestClient(target, http);
    const version = versionOf(await client.call('system.version', [], { signal }));
    const release = parseRelease(version);
    if (release === undefined) throw unknownRelease(target, version);
    if (client.transport === 'rest' && isAtLeast(release, 25, 4)) throw restRefused(target);
    log.info({ nas: target.name, version, transport: client.transport }, 'NAS connected');
    return { client, version, release, ...(probe.skewMs !== undefined && { httpSkewMs: probe.skewMs }) };
  } catch (thrown) {
    http.close();
    throw thrown;
  }
}

function openRpc(target: NasTarget, http: HttpClient, { onCall, retry }: ConnectDeps): TrueNasClient {
  const system = `nas/${target.name}`;
  const rpc = new JsonRpcClient({
    target,
    agents: http.agents,
    report: (record) => {
      onCall?.({ system, ...record });
      leaveTrace({ kind: 'call', system, ...record });
    },
    ...(retry !== undefined && { retry }),
  });
  return {
    transport: 'jsonrpc',
    call: (method, params, options) => rpc.call(method, params, options),
    list: (method, params, begin, options) => rpc.list(method, params, begin, options),
    async close() {
      await rpc.close();
      http.close();
    },
  };
}

interface Probe {
  readonly hasJsonRpc: boolean;
  readonly skewMs?: number;
}

/**
 * `GET /api/versions`, without a credential: a list of texts means JSON-RPC (25.04 and later); 404 or a web page means an
 * older system. Anything else is an error and never a reason to try the weaker transport.
 */
async function probeVersions(
  http: HttpClient,
  target: NasTarget,
  { signal, now = systemClock }: ConnectDeps,
): Promise<Probe> {
  const before = now().getTime();
  const answer = await http.request({
    url: new URL('/api/versions', target.url),
    signal,
    accept: (status) => status === 200 || status === 404,
  });
  const skewMs = skewOf(answer, (before + now().getTime()) / 2);
  return { hasJsonRpc: answer.status === 200 && isListOfTexts(answer), ...(skewMs !== undefined && { skewMs }) };
}

function isListOfTexts(answer: HttpAnswer): boolean {
  if (!answer.text().trimStart().startsWith('[')) return false;
  const list = answer.json();
  return Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'string');
}

function skewOf(answer: HttpAnswer, nowMs: number): number | undefined {
  const date = Date.parse(answer.headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : Math.round(date - nowMs);
}

function plaintextRefused({ name }: NasTarget): SourceError {
  return new SourceError('tls', `nas/${name} is configured with http://, and a credential is not sent in clear text`, {
    remedy:
      'Use https:// with the certificate of the NAS as CA or with a pin; allowPlaintext is only for CORE in a closed network.',
  });
}

function keyWouldBeRevoked({ name }: NasTarget): SourceError {
  return new SourceError('tls', `nas/${name} runs 25.04 or later and would revoke an API key that comes over http://`, {
    remedy: 'Use https:// for this NAS, with the certificate of the NAS as CA or with a pin.',
  });
}

function restRefused({ name }: NasTarget): SourceError {
  return new SourceError(
    'notAsked',
    `nas/${name} runs 25.04 or later, where REST is refused to read-only keys and raises an alert`,
    {
      remedy: 'Set transport to auto or jsonrpc for this NAS.',
    },
  );
}

function unknownRelease({ name }: NasTarget, version: string): SourceError {
  return new SourceError('badAnswer', `nas/${name} names itself ${version.slice(0, 60)}, which is no known release`, {
    remedy: 'Check that the URL points at a TrueNAS.',
  });
}
