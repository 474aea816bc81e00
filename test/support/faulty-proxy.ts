import https from 'node:https';
import { type Loopback, listen } from './loopback.ts';

/** What befalls the N-th PUT: it never arrives, it is done but its answer is lost, or the server says 503. */
export type PutFault = 'request' | 'answer' | 'unavailable';

export interface FaultyProxy extends Loopback {
  /** Counts from here, and spoils the PUT of this number; 0 = none. */
  spoil(putNumber: number, fault: PutFault): void;
  /** PUTs since then. */
  puts(): number;
}

/** Passes requests on to an S3 server as they are: the signature covers the host name of this proxy, which stays. */
export async function startFaultyProxy(target: string, ca: string): Promise<FaultyProxy> {
  const agent = new https.Agent({ keepAlive: true, ca });
  const { hostname, port } = new URL(target);
  let seen = 0;
  let spoiled = 0;
  let how: PutFault = 'request';
  const server = await listen((request, response) => {
    if (request.method === 'PUT') seen += 1;
    const fault = request.method === 'PUT' && seen === spoiled ? how : undefined;
    if (fault === 'request') return void request.socket.destroy();
    if (fault === 'unavailable') return void request.resume().on('end', () => response.writeHead(503).end());
    const { method, url: path, headers } = request;
    const onward = https.request({ hostname, port, method, path, headers, agent }, (answer) => {
      if (fault === 'answer') return void answer.resume().on('end', () => request.socket.destroy());
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => request.socket.destroy());
    request.pipe(onward);
  });
  return {
    ...server,
    spoil(putNumber, fault) {
      [seen, spoiled, how] = [0, putNumber, fault];
    },
    puts: () => seen,
    async close() {
      await server.close();
      agent.destroy();
    },
  };
}
