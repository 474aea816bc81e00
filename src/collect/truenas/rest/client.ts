import { SourceError } from '../../../errors.ts';
import type { NasTarget } from '../../../model/targets.ts';
import type { HttpAnswer, HttpCall, HttpClient } from '../../../util/http.ts';
import { HttpStatusError } from '../../../util/http-error.ts';
import type { Secret } from '../../../util/secret.ts';
import type { NasCallOptions, ReadRows, RowReader, TrueNasClient } from '../client.ts';
import { readCredential } from '../jsonrpc/login.ts';
import { NasCallError, remedyOf, UNKNOWN_METHOD } from '../nas-error.ts';
import { readRows } from '../rows.ts';
import { parseWire } from '../wire.ts';
import { restParameters, restPath } from './query.ts';

/** REST v2.0 of CORE 13 and SCALE up to 24.10. One keep-alive agent; the credential is read once and again after a 401. */
export class RestClient implements TrueNasClient {
  readonly transport = 'rest';
  readonly #target: NasTarget;
  readonly #http: HttpClient;
  #secret: Secret | undefined;
  #refusal: SourceError | undefined;

  constructor(target: NasTarget, http: HttpClient) {
    this.#target = target;
    this.#http = http;
  }

  async call(method: string, params: readonly unknown[] = [], options: NasCallOptions = {}): Promise<unknown> {
    const list = await this.#ask(method, params, options);
    if (!counted.has(method) || !Array.isArray(list)) return list;
    return this.#verified(method, params, options, list);
  }

  async list<T>(
    method: string,
    params: readonly unknown[],
    begin: () => RowReader<T>,
    options: NasCallOptions = {},
  ): Promise<ReadRows<T>> {
    return readRows(method, await this.call(method, params, options), begin());
  }

  async close(): Promise<void> {
    this.#http.close();
  }

  /** A list and its count are two calls; when they differ, something changed in between or was left out: once more. */
  async #verified(method: string, params: readonly unknown[], options: NasCallOptions, list: readonly unknown[]) {
    if ((await this.#count(method, params, options)) === list.length) return list;
    const again = await this.#ask(method, params, options);
    const count = await this.#count(method, params, options);
    if (Array.isArray(again) && again.length === count) return again;
    throw new SourceError(
      'badAnswer',
      `nas/${this.#target.name}: ${method} gave another number of rows than it counts`,
      {
        remedy: 'Run again; if it stays, check that nothing between here and the NAS changes its answers.',
      },
    );
  }

  async #count(method: string, params: readonly unknown[], options: NasCallOptions): Promise<number | undefined> {
    const answer = await this.#ask(method, params, options, { count: 'true' });
    return Array.isArray(answer) ? answer.length : typeof answer === 'number' ? answer : undefined;
  }

  async #ask(
    method: string,
    params: readonly unknown[],
    options: NasCallOptions,
    extra: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const call = this.#build(method, params, options, extra);
    const used = this.#secret;
    try {
      return await this.#send(method, call);
    } catch (thrown) {
      const error = this.#translate(method, thrown);
      if (error.kind !== 'unauthenticated') throw error;
      if (!(await this.#hasNewSecret(used))) {
        this.#refusal = error;
        throw error;
      }
      return await this.#send(method, call).catch((second) => {
        throw this.#translate(method, second);
      });
    }
  }

  #build(
    method: string,
    params: readonly unknown[],
    { timeoutMs, signal }: NasCallOptions,
    extra: Readonly<Record<string, string>>,
  ): HttpCall {
    const url = new URL(restPath(method), this.#target.url);
    const isPost = posted.has(method);
    if (!isPost) url.search = restParameters(params).toString();
    for (const [key, value] of Object.entries(extra)) url.searchParams.append(key, value);
    return {
      url,
      method: isPost ? 'POST' : 'GET',
      idempotent: true,
      headers: () => this.#headers(isPost),
      timeoutMs: timeoutMs ?? this.#target.callTimeoutMs,
      signal,
      countOf: (answer) => countRows(parsed(answer)),
      ...(isPost && { body: JSON.stringify(params[0] ?? {}) }),
    };
  }

  async #headers(isPost: boolean): Promise<Readonly<Record<string, string>>> {
    const { auth } = this.#target;
    this.#secret ??= await readCredential(auth);
    const text = this.#secret.reveal();
    const authorization =
      auth.kind === 'apiKey'
        ? `Bearer ${text}`
        : `Basic ${Buffer.from(`${auth.username}:${text}`, 'utf8').toString('base64')}`;
    return { authorization, accept: 'application/json', ...(isPost && { 'content-type': 'application/json' }) };
  }

  async #send(method: string, call: HttpCall): Promise<unknown> {
    const answer = parsed(await this.#http.request(call));
    if (answer === undefined) {
      throw new SourceError(
        'badAnswer',
        `nas/${this.#target.name}: ${method} was answered with something that is not JSON`,
        {
          remedy: 'Check that the URL points at a TrueNAS and that nothing in between changes its answers.',
        },
      );
    }
    return answer;
  }

  async #hasNewSecret(used: Secret | undefined): Promise<boolean> {
    const fresh = await readCredential(this.#target.auth);
    const isNew = fresh.reveal() !== (used ?? this.#secret)?.reveal();
    this.#secret = fresh;
    return isNew;
  }

  #translate(method: string, thrown: unknown): SourceError {
    if (!(thrown instanceof HttpStatusError)) {
      if (thrown instanceof SourceError) return thrown;
      throw thrown;
    }
    const { status, kind } = thrown;
    const message = `nas/${this.#target.name}: ${method} answered ${status}`;
    return new NasCallError(kind, message, {
      method,
      remedy:
        kind === 'forbidden'
          ? `Allow the key GET ${restPath(method)}, or use a key without a limit.`
          : remedyOf(kind, method),
      ...(status === 404 && { rpcCode: UNKNOWN_METHOD }),
    });
  }
}

/** Methods with parameters of their own are POST in REST, also when they only read. */
const posted = new Set(['smb.status']);

/** Database lists: counting them costs the NAS nothing. ZFS lists are not counted: that is a second full scan. */
const counted = new Set([
  'pool.query',
  'sharing.nfs.query',
  'sharing.smb.query',
  'iscsi.target.query',
  'iscsi.extent.query',
  'iscsi.targetextent.query',
  'iscsi.portal.query',
  'iscsi.initiator.query',
  'pool.snapshottask.query',
  'replication.query',
]);

/** Parsed once per answer: lists of a big NAS are tens of megabytes. */
const parsedAnswers = new WeakMap<HttpAnswer, unknown>();

function parsed(answer: HttpAnswer): unknown {
  if (!parsedAnswers.has(answer)) parsedAnswers.set(answer, tryParse(answer.text()));
  return parsedAnswers.get(answer);
}

function tryParse(text: string): unknown {
  try {
    return parseWire(text);
  } catch {
    return undefined;
  }
}

function countRows(rows: unknown): number | undefined {
  return Array.isArray(rows) ? rows.length : undefined;
}
