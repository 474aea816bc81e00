import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { CallLog } from '../call-log.ts';
import { type Certificate, makeCertificate } from '../certificate.ts';
import type { ClusterState } from '../estate.ts';
import { type Fault, FaultInjector } from '../faults.ts';
import type { SimulatedRight } from './access.ts';
import { unauthorized } from './answer.ts';
import { Cluster } from './cluster.ts';
import { buildKubeConfig } from './kube-config.ts';
import { faultAnswer, reduced, send } from './respond.ts';

export interface KubernetesOptions {
  /** The cluster's clock before its skew: a moment that stands still, or a clock. Default: the real one. */
  readonly now?: Date | (() => Date);
  /** Share one log and one injector among the systems of an estate. */
  readonly log?: CallLog;
  readonly faults?: FaultInjector;
  /** Default true. */
  readonly tls?: boolean;
  readonly certificate?: Certificate;
  /** Who signs client certificates that are let in beside the token. */
  readonly clientCaPem?: string;
  readonly token?: string;
  /** What the token's account may do. Default: everything. */
  readonly rights?: readonly SimulatedRight[];
  /** Default: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

export interface KubernetesSimulator {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** What a client must trust; empty without TLS. */
  readonly caPem: string;
  readonly spkiPin: string;
  /** A whole kubeconfig; its context has the cluster's name. JSON, which is YAML. */
  readonly kubeconfig: string;
  readonly log: CallLog;
  readonly faults: FaultInjector;
  readonly state: ClusterState;
  /** TCP connections accepted so far. */
  readonly connectionCount: number;
  /** From the next call on the cluster holds this; continue tokens given before are too old. */
  setState(state: ClusterState): void;
  setRights(rights: readonly SimulatedRight[] | undefined): void;
  /** What a GET would bring now, past the wire: no fault meets it and no log names it. */
  peek(path: string): unknown;
  /** Continue tokens given before are too old: 410. */
  expireTokens(): void;
  close(): Promise<void>;
}

interface Wire {
  readonly system: string;
  readonly cluster: Cluster;
  readonly log: CallLog;
  readonly faults: FaultInjector;
  readonly token: string;
  readonly date: () => Date;
}

/** Serves a cluster's API on loopback. The system's name in log and faults is `cluster/<name>`. */
export async function startKubernetes(
  state: ClusterState,
  options: KubernetesOptions = {},
): Promise<KubernetesSimulator> {
  const { host = '127.0.0.1', tls = true, token = `sim-${state.name}-token` } = options;
  const cluster = new Cluster(state, options.rights);
  const wire: Wire = {
    system: `cluster/${state.name}`,
    cluster,
    log: options.log ?? new CallLog(),
    faults: options.faults ?? new FaultInjector(),
    token,
    date: () => new Date(clockOf(options.now)().getTime() + (cluster.state.clockSkewMs ?? 0)),
  };
  const certificate = tls ? (options.certificate ?? (await makeCertificate({ ips: [host] }))) : undefined;
  const front = await openFront(wire, certificate, host, options.clientCaPem);
  await new Promise<void>((done) => front.server.listen(options.port ?? 0, host, done));
  const { port } = front.server.address() as AddressInfo;
  const url = `${tls ? 'https' : 'http'}://${host}:${port}`;
  const caPem = certificate?.caPem ?? '';
  return {
    url,
    port,
    token,
    caPem,
    spkiPin: certificate?.spkiPin ?? '',
    kubeconfig: buildKubeConfig({ name: state.name, url, caPem, token }),
    log: wire.log,
    faults: wire.faults,
    get state() {
      return cluster.state;
    },
    get connectionCount() {
      return front.connectionCount();
    },
    setState: (next) => cluster.setState(next),
    setRights: (rights) => {
      cluster.rights = rights;
    },
    peek: (path) =>
      cluster.answer({ method: 'GET', path, query: new URLSearchParams(), accept: '', body: undefined }).body,
    expireTokens: () => cluster.expireTokens(),
    close: front.close,
  };
}

function clockOf(now: KubernetesOptions['now']): () => Date {
  if (typeof now === 'function') return now;
  return () => now ?? new Date();
}

/** A TCP server in front, so that a fault can meet a connection before TLS or choose its certificate. */
async function openFront(
  wire: Wire,
  certificate: Certificate | undefined,
  host: string,
  clientCaPem: string | undefined,
) {
  const inner = createInner(certificate, clientCaPem);
  const other = certificate === undefined ? inner : createInner(await makeCertificate({ ips: [host] }), clientCaPem);
  for (const server of new Set([inner, other])) serve(wire, server);
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createTcpServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (wire.faults.takeConnection(wire.system, 'refuse') !== undefined) {
      socket.destroy();
      return;
    }
    const isWrong = wire.faults.takeConnection(wire.system, 'tlsMismatch') !== undefined;
    (isWrong ? other : inner).emit('connection', socket);
  });
  async function close(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((done) => server.close(() => done()));
  }
  return { server, close, connectionCount: () => accepted };
}

function createInner(certificate: Certificate | undefined, clientCaPem: string | undefined): Server {
  if (certificate === undefined) return createHttpServer();
  const { cert, key } = certificate;
  const mutual = clientCaPem !== undefined && { requestCert: true, rejectUnauthorized: false, ca: clientCaPem };
  return createHttpsServer({ cert, key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], ...mutual });
}

function serve(wire: Wire, server: Server): void {
  server.keepAliveTimeout = 60_000;
  server.on('request', (request, response) => {
    answer(wire, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on('tlsClientError', () => undefined);
  server.on('clientError', (_, socket) => socket.destroy());
}

async function answer(wire: Wire, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const body = await readBody(request);
  const fault = wire.faults.take(wire.system, url.pathname);
  if (fault?.kind === 'hang') {
    wire.log.add(wire.system, url.pathname, fault.kind);
    return;
  }
  if (fault?.kind === 'latency') await wire.faults.delay(fault);
  const right = () =>
    isKnown(wire, request)
      ? wire.cluster.answer({
          method: request.method ?? 'GET',
          path: url.pathname,
          query: url.searchParams,
          accept: String(request.headers.accept ?? ''),
          body,
        })
      : unauthorized;
  const given = (fault && faultAnswer(fault)) ?? withFault(right(), fault);
  wire.log.add(wire.system, url.pathname, fault?.kind ?? given.status);
  await send(request, response, given, { date: wire.date(), isCut: fault?.kind === 'cut' });
}

function withFault(given: ReturnType<Cluster['answer']>, fault: Fault | undefined) {
  return fault === undefined || given.status !== 200 ? given : reduced(given, fault);
}

function isKnown(wire: Wire, request: IncomingMessage): boolean {
  if (request.headers.authorization === `Bearer ${wire.token}`) return true;
  return request.headers.authorization === undefined && (request.socket as TLSSocket).authorized === true;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
