import { WebSocket } from 'ws';
import type { TrueNasSimulator } from '../../src/simulate/truenas/server.ts';

export interface RpcAnswer {
  readonly result?: unknown;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

/** A bare JSON-RPC client for tests of the simulator itself. */
export interface RpcClient {
  call(method: string, ...params: readonly unknown[]): Promise<RpcAnswer>;
  /** The result, or the error as an exception. */
  result(method: string, ...params: readonly unknown[]): Promise<unknown>;
  send(text: string): void;
  /** Close code, once the connection is over. */
  readonly closed: Promise<number>;
  /** The next message as text. */
  next(): Promise<string>;
  close(): void;
}

export async function openRpc(nas: Pick<TrueNasSimulator, 'url' | 'caPem'>, path = '/api/current'): Promise<RpcClient> {
  const socket = new WebSocket(`${nas.url.replace(/^http/, 'ws')}${path}`, {
    maxPayload: 1_000_000_000,
    ...(nas.caPem !== '' && { ca: nas.caPem }),
  });
  const waiting = new Map<unknown, (answer: RpcAnswer) => void>();
  const closed = new Promise<number>((done) => socket.on('close', done));
  let id = 0;
  await new Promise((open, fail) => {
    socket.on('open', open);
    socket.on('error', fail);
  });
  socket.on('message', (data: Buffer) => {
    try {
      const message = JSON.parse(data.toString()) as RpcAnswer & { readonly id: unknown };
      waiting.get(message.id)?.(message);
    } catch {
      // A fault: tests read such messages with next().
    }
  });
  const call = (method: string, ...params: readonly unknown[]): Promise<RpcAnswer> => {
    id += 1;
    const mine = id;
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: mine, method, params }));
    return new Promise((done) => waiting.set(mine, done));
  };
  return {
    call,
    result: async (method, ...params) => {
      const answer = await call(method, ...params);
      if (answer.error !== undefined) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
      return answer.result;
    },
    send: (text) => socket.send(text),
    closed,
    next: () => new Promise((done) => socket.once('message', (data: Buffer) => done(data.toString()))),
    close: () => socket.close(),
  };
}
