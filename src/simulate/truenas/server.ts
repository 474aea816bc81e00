import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CallLog } from '../call-log.ts';
import { type Certificate, makeCertificate } from '../certificate.ts';
import type { NasState } from '../estate.ts';
import { FaultInjector } from '../faults.ts';
import { JsonRpcEndpoint, type Wire } from './json-rpc.ts';
import { Nas } from './nas.ts';
import { answerHttp } from './rest.ts';

export interface TrueNasOptions {
  /** The NAS's clock before its skew: a moment that stands still, or a clock. Default: the real one. */
  readonly now?: Date | (() => Date);
  /** Share one log and one injector among the systems of an estate. */
  readonly log?: CallLog;
  readonly faults?: FaultInjector;
  /** Default true. Plain connections revoke API keys from 25.04 on. */
  readonly tls?: boolean;
  readonly certificate?: Certificate;
  /** Default: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

export interface TrueNasSimulator {
  /** `https://127.0.0.1:port` */
  readonly url: string;
  readonly port: number;
  /** What a client must trust; empty without TLS. */
  readonly caPem: string;
  readonly spkiPin: string;
  readonly log: CallLog;
  readonly faults: FaultInjector;
  readonly state: NasState;
  /** From the next call on the NAS holds this. */
  setState(state: NasState): void;
  close(): Promise<void>;
}

/** Serves a NAS over its release's real protocols on loopback. The system's name in log and faults is `nas/<name>`. */
export async function startTrueNas(state: NasState, options: TrueNasOptions = {}): Promise<TrueNasSimulator> {
  const host = options.host ?? '127.0.0.1';
  const isTls = options.tls !== false;
  const nas = new Nas(state, clockOf(options.now));
  const wire: Wire = { nas, isTls, log: options.log ?? new CallLog(), faults: options.faults ?? new FaultInjector() };
  const rpc = new JsonRpcEndpoint(wire);
  const certificate = isTls ? (options.certificate ?? (await makeCertificate({ ips: [host] }))) : undefined;
  const front = await openFront(wire, rpc, certificate, host);
  await new Promise<void>((done) => front.server.listen(options.port ?? 0, host, done));
  const { port } = front.server.address() as AddressInfo;
  return {
    url: `${isTls ? 'https' : 'http'}://${host}:${port}`,
    port,
    caPem: certificate?.caPem ?? '',
    spkiPin: certificate?.spkiPin ?? '',
    log: wire.log,
    faults: wire.faults,
    get state() {
      return nas.state;
    },
    setState: (next) => {
      nas.state = next;
    },
    close: () => front.close(),
  };
}

function clockOf(now: TrueNasOptions['now']): () => Date {
  if (typeof now === 'function') return now;
  return () => (now === undefined ? new Date() : new Date(now));
}

interface Front {
  readonly server: Server;
  close(): Promise<void>;
}

/** A TCP server in front, so that a fault can meet a connection before TLS or choose its certificate. */
async function openFront(
  wire: Wire,
  rpc: JsonRpcEndpoint,
  certificate: Certificate | undefined,
  host: string,
): Promise<Front> {
  const inner = certificate === undefined ? createHttpServer() : createTlsServer(certificate);
  const other = certificate === undefined ? inner : createTlsServer(await makeCertificate({ ips: [host] }));
  for (const server of new Set([inner, other])) serve(wire, rpc, server);
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (wire.faults.takeConnection(wire.nas.system, 'refuse') !== undefined) {
      socket.destroy();
      return;
    }
    const isWrong = wire.faults.takeConnection(wire.nas.system, 'tlsMismatch') !== undefined;
    (isWrong ? other : inner).emit('connection', socket);
  });
  return { server, close: () => closeAll(server, rpc, sockets) };
}

function createTlsServer(certificate: Certificate): HttpServer {
  return createHttpsServer({
    cert: certificate.cert,
    key: certificate.key,
    minVersion: 'TLSv1.3',
    ALPNProtocols: ['http/1.1'],
  });
}

function serve(wire: Wire, rpc: JsonRpcEndpoint, server: HttpServer): void {
  server.on('request', (request, response) => {
    answerHttp(wire, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(wire, rpc, request, socket, head);
  });
  server.on('tlsClientError', () => undefined);
  server.on('clientError', (_, socket) => socket.destroy());
}

const upgradeStatus: Readonly<Record<string, string>> = {
  unauthorized: '401 Unauthorized',
  forbidden: '403 Forbidden',
  notFound: '404 Not Found',
  gone: '410 Gone',
  tooManyRequests: '429 Too Many Requests',
  serverError: '500 Internal Server Error',
  unavailable: '503 Service Unavailable',
};

function upgrade(wire: Wire, rpc: JsonRpcEndpoint, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { nas, log, faults } = wire;
  const path = (request.url ?? '').split('?')[0] ?? '';
  socket.on('error', () => socket.destroy());
  const isKnown = nas.isSince('25.04') && /^\/api\/(current|v\d+\.\d+\.\d+)$/.test(path);
  const fault = faults.take(nas.system, path);
  const status = fault === undefined ? (isKnown ? undefined : '404 Not Found') : upgradeStatus[fault.kind];
  log.add(nas.system, path, fault?.kind ?? status?.slice(0, 3) ?? 101);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'latency') {
    void faults.delay(fault).then(() => rpc.accept(request, socket, head));
    return;
  }
  if (status !== undefined) {
    const retry = fault?.kind === 'tooManyRequests' ? `Retry-After: ${fault.retryAfterSeconds ?? 1}\r\n` : '';
    socket.end(`HTTP/1.1 ${status}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  if (fault !== undefined) {
    // The other kinds all cut the handshake short.
    socket.write('HTTP/1.1 101 Switch', () => socket.destroy());
    return;
  }
  rpc.accept(request, socket, head);
}

async function closeAll(server: Server, rpc: JsonRpcEndpoint, sockets: ReadonlySet<Socket>): Promise<void> {
  rpc.close();
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((done) => server.close(() => done()));
}
