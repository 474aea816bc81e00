import http from 'node:http';
import https from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type Certificate, makeCertificate } from '../../src/simulate/certificate.ts';

export interface Loopback {
  readonly url: string;
  readonly host: string;
  /** TCP connections accepted so far. */
  readonly connections: () => number;
  readonly server: http.Server | https.Server;
  close(): Promise<void>;
}

export type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** A server on a free port of an address, with TLS when a certificate is given. */
export async function listen(handler: Handler, tls?: https.ServerOptions, address = '127.0.0.1'): Promise<Loopback> {
  const server = tls === undefined ? http.createServer(handler) : https.createServer(tls, handler);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const host = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}`,
    host,
    server,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

let shared: Promise<Certificate> | undefined;

/** One self-signed certificate for the whole test run: making one takes a while. */
export function testCertificate(): Promise<Certificate> {
  shared ??= makeCertificate();
  return shared;
}

/** An HTTP proxy that only tunnels; `tunnels` names where to. */
export async function listenAsProxy(): Promise<{ readonly proxy: Loopback; readonly tunnels: readonly string[] }> {
  const tunnels: string[] = [];
  const proxy = await listen((_, response) => response.writeHead(405).end());
  proxy.server.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  return { proxy, tunnels };
}
