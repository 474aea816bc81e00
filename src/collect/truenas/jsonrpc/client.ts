import { SourceError } from '../../../errors.ts';
import type { NasTarget } from '../../../model/targets.ts';
import type { Agents } from '../../../util/agent.ts';
import { isConnectionFault } from '../../../util/http-error.ts';
import { createGuard, defaultRetry, type Guard, type RetryOptions } from '../../../util/retry.ts';
import { traced } from '../../../util/trace.ts';
import type { NasCallOptions, ReadRows, Report, RowReader, TrueNasClient } from '../client.ts';
import { Gate } from '../gate.ts';
import { rowsOf } from '../rows.ts';
import { login } from './login.ts';
import { type RpcAnswer, RpcSocket, type TakeRow } from './socket.ts';

/** The server runs 10 calls of a connection at a time and refuses above 20. */
const MAX_CONCURRENT_CALLS = 10;

export interface JsonRpcOptions {
  readonly target: NasTarget;
  readonly agents: Agents;
  readonly report: Report;
  readonly retry?: Partial<RetryOptions>;
}

const never = new AbortController().signal;

/**
 * One connection and one login for a whole run, made on the first call. When the line breaks, the calls that waited are
 * repeated on a new one, from then on one at a time, so that a call that breaks every line fails alone.
 */
export class JsonRpcClient implements TrueNasClient {
  readonly transport = 'jsonrpc';
  readonly #options: JsonRpcOptions;
  readonly #guard: Guard;
  readonly #gate: Gate;
  #session: Promise<RpcSocket> | undefined;
  #refusal: SourceError | undefined;

  constructor(options: JsonRpcOptions) {
    this.#options = options;
    this.#gate = new Gate(Math.min(options.target.callsAtOnce ?? MAX_CONCURRENT_CALLS, MAX_CONCURRENT_CALLS));
    this.#guard = createGuard(`nas/${options.target.name}`, { ...defaultRetry, breakAfter: 30, ...options.retry });
  }

  call(method: string, params: readonly unknown[] = [], options: NasCallOptions = {}): Promise<unknown> {
    return this.#ask(method, params, options);
  }

  async list<T>(
    method: string,
    params: readonly unknown[],
    begin: () => RowReader<T>,
    options: NasCallOptions = {},
  ): Promise<ReadRows<T>> {
    let reader = begin();
    const items = await this.#ask(method, params, options, () => {
      reader = begin();
      return (row, index) => reader.read(row, index);
    });
    return { items: rowsOf(method, items) as readonly T[], unreadable: reader.unreadable ?? {} };
  }

  #ask(method: string, params: readonly unknown[], options: NasCallOptions, begin?: () => TakeRow): Promise<unknown> {
    const signal = options.signal ?? never;
    const name = `nas/${this.#options.target.name}: ${method}`;
    if (signal.aborted) return Promise.reject(notAsked(name));
    const once = () => this.#gate.run(() => this.#traced(method, () => this.#once(method, params, options, begin)));
    return this.#guard.run(once, { idempotent: options.isRepeatable !== false, signal }).catch((thrown) => {
      throw signal.aborted && !(thrown instanceof SourceError) ? notAsked(name) : thrown;
    });
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    (await session?.catch(() => undefined))?.close();
  }

  async #once(
    method: string,
    params: readonly unknown[],
    options: NasCallOptions,
    begin: (() => TakeRow) | undefined,
  ): Promise<RpcAnswer> {
    if (options.signal?.aborted === true) throw notAsked(`nas/${this.#options.target.name}: ${method}`);
    const timeoutMs = options.timeoutMs ?? this.#options.target.callTimeoutMs;
    const socket = await this.#open(options.signal);
    try {
      return await socket.call(method, params, timeoutMs, options.signal, begin?.());
    } catch (thrown) {
      if (isConnectionFault(thrown)) this.#gate.limit = 1;
      if (!(thrown instanceof SourceError) || thrown.kind !== 'unauthenticated') throw thrown;
      // The session ended on the NAS's side: one new login, which reads the key again.
      socket.close();
      const fresh = await this.#open(options.signal);
      return await fresh.call(method, params, timeoutMs, options.signal, begin?.());
    }
  }

  /** The one session; a new one when the line of the old one broke. */
  async #open(signal: AbortSignal | undefined): Promise<RpcSocket> {
    if (this.#refusal !== undefined) throw this.#refusal;
    this.#session ??= this.#connect(signal);
    const session = this.#session;
    try {
      const socket = await session;
      if (socket.isOpen) return socket;
    } catch (thrown) {
      if (this.#session === session) this.#session = undefined;
      throw thrown;
    }
    if (this.#session === session) this.#session = undefined;
    return this.#open(signal);
  }

  async #connect(signal: AbortSignal | undefined): Promise<RpcSocket> {
    const { target, agents } = this.#options;
    const url = new URL('/api/current', target.url.replace(/^http/, 'ws'));
    const socket = await RpcSocket.open({
      url,
      agent: agents.forUrl(url),
      system: `nas/${target.name}`,
      handshakeTimeoutMs: target.callTimeoutMs,
      signal,
    });
    try {
      await login(socket, target, signal);
      return socket;
    } catch (thrown) {
      socket.close();
      if (thrown instanceof SourceError && isFinal(thrown)) this.#refusal = thrown;
      throw thrown;
    }
  }

  #traced(method: string, run: () => Promise<{ result: unknown; bytes: number }>): Promise<unknown> {
    const attributes = { 'strandline.system': `nas/${this.#options.target.name}`, 'rpc.method': method };
    return traced(method, { kind: 'call', attributes }, () => this.#recorded(method, run));
  }

  async #recorded(method: string, run: () => Promise<{ result: unknown; bytes: number }>): Promise<unknown> {
    const { report } = this.#options;
    const started = performance.now();
    const durationMs = () => Math.round(performance.now() - started);
    try {
      const { result, bytes } = await run();
      const count = Array.isArray(result) ? { count: result.length } : {};
      report({ method, outcome: 'ok', bytes, durationMs: durationMs(), ...count });
      return result;
    } catch (thrown) {
      const outcome = thrown instanceof SourceError ? thrown.kind : 'badAnswer';
      report({ method, outcome, bytes: 0, durationMs: durationMs() });
      throw thrown;
    }
  }
}

/** Asking again with the same credential would only lock the account. */
function isFinal(error: SourceError): boolean {
  return error.kind === 'unauthenticated' || error.kind === 'forbidden' || error.kind === 'tls';
}

function notAsked(name: string): SourceError {
  return new SourceError('notAsked', `${name} was not asked: the deadline of the run had passed`, {
    remedy: 'Raise the deadline of the run, or look why the NAS is slow.',
  });
}
