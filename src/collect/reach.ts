import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { HealthStep } from '../model/health.ts';
import { toSourceError } from '../util/http-error.ts';
import { pinnedSocket } from '../util/tls.ts';

export interface ReachOptions {
  /** As for the agents of this system. */
  readonly tls: ConnectionOptions;
  readonly pins?: readonly string[];
  readonly timeoutMs: number;
  /** A proxy stands between: name and connection are then its business. */
  readonly isProxied: boolean;
}

/** Name, connection and TLS, each on its own. Stops at the first that fails. Never throws. */
export async function reach(url: URL, options: ReachOptions): Promise<readonly HealthStep[]> {
  if (options.isProxied) return [{ name: 'tcp', status: 'skipped', detail: 'the way leads through a proxy' }];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
  const steps: HealthStep[] = [];
  let socket: Socket | undefined;
  const tries = [
    () => timed('dns', `name ${host}`, () => resolve(host)),
    () =>
      timed('tcp', `${host}:${port}`, async () => {
        socket = await openSocket(host, port, options.timeoutMs);
        return `connected to ${socket.remoteAddress} port ${port}`;
      }),
    () =>
      url.protocol === 'http:' ? plain() : timed('tls', `${host}:${port}`, () => shakeHands(host, socket, options)),
  ];
  for (const attempt of tries) {
    const step = await attempt();
    steps.push(step);
    if (step.status === 'failed') break;
  }
  socket?.destroy();
  return steps;
}

async function timed(name: HealthStep['name'], what: string, work: () => Promise<string>): Promise<HealthStep> {
  const startedMs = performance.now();
  const durationMs = () => performance.now() - startedMs;
  try {
    return { name, status: 'passed', detail: await work(), durationMs: durationMs() };
  } catch (thrown) {
    const { message, remedy } = toSourceError(what, thrown);
    return {
      name,
      status: 'failed',
      detail: message,
      ...(remedy !== undefined && { remedy }),
      durationMs: durationMs(),
    };
  }
}

async function resolve(host: string): Promise<string> {
  if (isIP(host) > 0) return `${host} is an address`;
  const found = await lookup(host, { all: true });
  return `${host} is ${found.map(({ address }) => address).join(', ')}`;
}

function openSocket(host: string, port: number, timeoutMs: number): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connectTcp({ host, port });
    socket.setTimeout(timeoutMs, () => socket.destroy(codedError('ETIMEDOUT')));
    socket.once('connect', () => done(socket));
    socket.once('error', fail);
  });
}

async function shakeHands(host: string, socket: Socket | undefined, { tls, pins = [] }: ReachOptions): Promise<string> {
  if (socket === undefined) throw codedError('ECONNRESET');
  const secure = connectTls({ ...(isIP(host) === 0 && { servername: host }), host, ...tls, socket });
  await (pins.length > 0 ? pinnedSocket(secure, pins) : secured(secure));
  const until = secure.getPeerX509Certificate()?.validTo;
  return `${secure.getProtocol()}${until === undefined ? '' : `, certificate valid until ${new Date(until).toISOString().slice(0, 10)}`}`;
}

function secured(socket: TLSSocket): Promise<void> {
  return new Promise((done, fail) => {
    socket.once('secureConnect', () => done());
    socket.once('error', fail);
    socket.once('close', () => fail(codedError('ECONNRESET')));
  });
}

async function plain(): Promise<HealthStep> {
  return {
    name: 'tls',
    status: 'warned',
    detail: 'the URL is http://: everything goes in clear text',
    remedy: 'Use https:// with the certificate of the server as CA or with a pin.',
  };
}

function codedError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
