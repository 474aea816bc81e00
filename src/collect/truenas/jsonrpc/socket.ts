import type { Agent } from 'node:http';
import WebSocket from 'ws';
import { SourceError } from '../../../errors.ts';
import { codeOf, HttpStatusError, toSourceError } from '../../../util/http-error.ts';
import { toNasCallError } from '../nas-error.ts';
import { NotJson, openAnswer, type WireAnswer } from './answer.ts';

/** What the server accepts from a logged-in client; a longer message closes the socket. */
export const MAX_MESSAGE_BYTES = 65_536;
const MAX_ANSWER_BYTES = 1024 ** 3;

export interface SocketOptions {
  readonly url: URL;
  readonly agent: Agent;
  readonly system: string;
  readonly handshakeTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface RpcAnswer {
  readonly result: unknown;
  readonly bytes: number;
}

/** Reads the rows of a list one by one, as they are parsed. */
export type TakeRow = (row: unknown, index: number) => unknown;

interface Pending {
  readonly method: string;
  readonly takeRow: TakeRow | undefined;
  resolve(answer: RpcAnswer): void;
  reject(error: unknown): void;
}

/** One WebSocket with JSON-RPC 2.0 on it: ids, time-outs, and every waiting call told when the line breaks. */
export class RpcSocket {
  readonly #ws: WebSocket;
  readonly #system: string;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #lost: SourceError | undefined;

  private constructor(ws: WebSocket, system: string) {
    this.#ws = ws;
    this.#system = system;
    ws.on('message', (data) => this.#receive(data as Buffer)); // the library's default type for messages
    ws.on('close', () => this.#lose(cut(system)));
    ws.on('error', (error) => this.#lose(toLineError(system, error)));
  }

  get isOpen(): boolean {
    return this.#lost === undefined;
  }

  static open(options: SocketOptions): Promise<RpcSocket> {
    const { url, agent, system, handshakeTimeoutMs, signal } = options;
    const call = `${system}: WebSocket ${url.href}`;
    return new Promise((resolve, reject) => {
      const ws = new WebSocket(url, {
        agent,
        handshakeTimeout: handshakeTimeoutMs,
        maxPayload: MAX_ANSWER_BYTES,
        perMessageDeflate: false,
        followRedirects: false,
      });
      const started = Date.now();
      const stop = () => ws.terminate();
      signal?.addEventListener('abort', stop, { once: true });
      ws.once('open', () => {
        signal?.removeEventListener('abort', stop);
        ws.removeAllListeners('error');
        resolve(new RpcSocket(ws, system));
      });
      ws.once('unexpected-response', (request, response) => {
        reject(new HttpStatusError(call, response.statusCode ?? 0, ''));
        request.destroy();
      });
      ws.on('error', (error) => {
        const isLate = codeOf(error) === 'UNKNOWN' && Date.now() - started >= handshakeTimeoutMs;
        reject(isLate || signal?.aborted === true ? tooLate(call) : toSourceError(call, error));
      });
    });
  }

  call(
    method: string,
    params: readonly unknown[],
    timeoutMs: number,
    signal?: AbortSignal,
    takeRow?: TakeRow,
  ): Promise<RpcAnswer> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    const id = this.#nextId++;
    const message = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) {
      return Promise.reject(new Error(`${method}: the request is longer than ${MAX_MESSAGE_BYTES} bytes`));
    }
    return new Promise((resolve, reject) => {
      const late = () => settle(() => reject(tooLate(`${this.#system}: ${method}`)));
      const timer = setTimeout(late, timeoutMs);
      const settle = (then: () => void) => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', late);
        this.#pending.delete(id);
        then();
      };
      signal?.addEventListener('abort', late, { once: true });
      this.#pending.set(id, {
        method,
        takeRow,
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
      });
      this.#ws.send(message);
    });
  }

  close(): void {
    this.#lose(cut(this.#system));
    this.#ws.close();
    setTimeout(() => this.#ws.terminate(), 500).unref();
  }

  /** An answer that is no JSON-RPC cannot be told from whose it is: the line is broken for all who wait on it. */
  #receive(bytes: Buffer): void {
    try {
      this.#settle(openAnswer(bytes), bytes.length);
    } catch (thrown) {
      if (!(thrown instanceof NotJson)) throw thrown;
      this.#lose(garbage(this.#system));
      this.#ws.terminate();
    }
  }

  #settle({ message: { id, error, result }, result: read }: WireAnswer, bytes: number): void {
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (pending === undefined) return;
    try {
      if (error !== undefined && error !== null) throw toNasCallError(this.#system, pending.method, error);
      if (result === undefined) throw noResult(this.#system, pending.method);
      pending.resolve({ result: read(pending.takeRow), bytes });
    } catch (thrown) {
      if (thrown instanceof NotJson) throw thrown;
      pending.reject(thrown);
    }
  }

  #lose(error: SourceError): void {
    this.#lost ??= error;
    for (const pending of [...this.#pending.values()]) pending.reject(this.#lost);
  }
}

function cut(system: string): SourceError {
  return new SourceError('unreachable', `${system}: the WebSocket was cut`, {
    cause: Object.assign(new Error('ECONNRESET'), { code: 'ECONNRESET' }),
    remedy: 'Check the network between here and the NAS, and any proxy with an idle limit.',
  });
}

/** Frames that are none (half a frame, then the next) break the line like a cut does. */
function toLineError(system: string, error: Error): SourceError {
  return codeOf(error).startsWith('WS_ERR_') ? garbage(system) : toSourceError(`${system}: the WebSocket`, error);
}

function garbage(system: string): SourceError {
  return new SourceError('badAnswer', `${system}: the WebSocket carried something that is not JSON-RPC`, {
    cause: Object.assign(new Error('ERR_BAD_FRAME'), { code: 'ERR_BAD_FRAME' }),
    remedy: 'Check that the URL points at a TrueNAS and that nothing in between changes its answers.',
  });
}

function noResult(system: string, method: string): SourceError {
  return new SourceError('badAnswer', `${system}: ${method} was answered without a result`, {
    remedy: 'Check that nothing in between changes the answers of the NAS.',
  });
}

function tooLate(call: string): SourceError {
  return new SourceError('timeout', `${call} gave no answer in time`, {
    remedy: 'Raise the call timeout of this NAS, or look why it is slow.',
  });
}
