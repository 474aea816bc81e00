import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { CallLog } from '../call-log.ts';
import { type Fault, type FaultInjector, halfOf } from '../faults.ts';
import { accountRow } from './accounts.ts';
import { Failure } from './failure.ts';
import type { Login, Nas } from './nas.ts';
import { type RpcError, rpcError } from './rpc-error.ts';

const bytesBeforeLogin = 8_192;
const bytesAfterLogin = 65_536;
const maxInFlight = 20;

export interface Wire {
  readonly nas: Nas;
  readonly log: CallLog;
  readonly faults: FaultInjector;
  readonly isTls: boolean;
}

/** Takes over the upgrades to `/api/current` and `/api/v…`. */
export class JsonRpcEndpoint {
  readonly #wire: Wire;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1_048_576 });

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) => new Session(this.#wire, client, socket));
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}

interface Request {
  readonly id: unknown;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** One connection: logs in, calls, logs out. */
class Session {
  readonly #wire: Wire;
  readonly #client: WebSocket;
  readonly #socket: Duplex;
  #login: Login | undefined;
  #inFlight = 0;

  constructor(wire: Wire, client: WebSocket, socket: Duplex) {
    this.#wire = wire;
    this.#client = client;
    this.#socket = socket;
    client.on('error', () => client.terminate());
    client.on('message', (data: Buffer) => this.#receive(data));
  }

  #receive(data: Buffer): void {
    const limit = this.#login === undefined ? bytesBeforeLogin : bytesAfterLogin;
    if (data.length > limit) {
      this.#wire.log.add(this.#wire.nas.system, '*', 'messageTooLong');
      this.#client.close(1009, 'Max message length exceeded');
      return;
    }
    const request = parse(data.toString());
    if ('code' in request) {
      this.#refuse(request, idOf(data.toString()));
      return;
    }
    if (this.#inFlight >= maxInFlight) {
      this.#log(request, 'tooManyConcurrentCalls');
      this.#refuse(
        { code: -32_000, message: `Maximum number of concurrent calls (${maxInFlight}) has exceeded` },
        request.id,
      );
      return;
    }
    this.#inFlight += 1;
    setImmediate(() => this.#answer(request));
  }

  #answer(request: Request): void {
    const { nas, faults } = this.#wire;
    const fault = faults.take(nas.system, request.method);
    if (fault !== undefined) {
      this.#log(request, fault.kind);
      this.#fail(request, fault);
      return;
    }
    const outcome = this.#outcome(request);
    this.#log(request, outcome.error === undefined ? 'ok' : statusOf(outcome.error));
    this.#settle(outcome, request.id);
  }

  #outcome({ method, params }: Request): Outcome {
    try {
      const login = loginMethods[method];
      const offered = login !== undefined && (method !== 'auth.login_ex' || this.#wire.nas.isSince('25.04'));
      const result = offered ? login(this, params) : this.#wire.nas.call(method, params, this.#login);
      return { result };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { error: rpcError(error, this.#wire.nas.state.release, params) };
    }
  }

  /** `API_KEY_PLAIN`, `PASSWORD_PLAIN`; the answer of `auth.login_ex`. */
  loginEx(argument: Readonly<Record<string, unknown>>): unknown {
    const mechanism = argument['mechanism'];
    if (mechanism === 'API_KEY_PLAIN') {
      const outcome = this.#loginWithKey(String(argument['api_key']), String(argument['username']));
      return outcome === 'ok' ? this.#success() : { response_type: outcome };
    }
    if (mechanism === 'PASSWORD_PLAIN') {
      const isIn = this.loginWithPassword(String(argument['username']), String(argument['password']));
      return isIn ? this.#success() : { response_type: 'AUTH_ERR' };
    }
    throw new Failure(
      'validation',
      "Input tag found using 'mechanism' does not match any of the expected tags",
      'login_data',
    );
  }

  loginWithKey(key: string): boolean {
    return this.#loginWithKey(key) === 'ok';
  }

  loginWithPassword(username: string, password: string): boolean {
    const user = this.#wire.nas.checkPassword(username, password);
    this.#login = user === undefined ? undefined : { user, byKey: false };
    return user !== undefined;
  }

  logout(): boolean {
    this.#login = undefined;
    return true;
  }

  #loginWithKey(key: string, username?: string): 'ok' | 'AUTH_ERR' | 'EXPIRED' {
    const { nas, isTls } = this.#wire;
    const user = nas.checkKey(key, username);
    if (user === 'unknown') return 'AUTH_ERR';
    if (user === 'expired') return 'EXPIRED';
    if (!isTls && nas.isSince('25.04')) {
      nas.revokeKey(key);
      return 'EXPIRED';
    }
    this.#login = { user, byKey: true };
    return 'ok';
  }

  #success(): unknown {
    const { state } = this.#wire.nas;
    return {
      response_type: 'SUCCESS',
      user_info: this.#login === undefined ? null : accountRow(this.#login.user, state, this.#login.byKey),
      authenticator: 'LEVEL_1',
      ...(state.release === '26' && { reconnect_token: null }),
    };
  }

  #fail(request: Request, fault: Fault): void {
    const { release } = this.#wire.nas.state;
    const error = (failure: Failure) => this.#settle({ error: rpcError(failure, release, request.params) }, request.id);
    switch (fault.kind) {
      case 'latency':
        void this.#wire.faults.delay(fault).then(() => this.#settle(this.#outcome(request), request.id));
        return;
      case 'unauthorized':
        this.#unauthorized(request, error);
        return;
      case 'forbidden':
        error(new Failure('notAuthorized', '[EACCES] Not authorized'));
        return;
      case 'notFound':
        error(new Failure('unknownMethod', `[ENOMETHOD] ${request.method}`));
        return;
      case 'gone':
        error(new Failure('stale', '[ESTALE] Stale file handle'));
        return;
      case 'tooManyRequests':
        error(new Failure('busy', '[EBUSY] Rate Limit Exceeded'));
        return;
      case 'serverError':
        error(new Failure('fault', '[EFAULT] Simulated failure'));
        return;
      case 'unavailable':
        this.#client.close(1013, 'Try again later');
        return;
      case 'emptyList':
        this.#settle({ result: emptied(this.#outcome(request).result) }, request.id);
        return;
      case 'wrongJson':
        this.#sendText('<html><body>Bad Gateway</body></html>');
        return;
      case 'halfPage':
        this.#sendText(halfMessage(this.#outcome(request), request.id, fault));
        return;
      case 'cut':
        this.#cut(JSON.stringify(message(this.#outcome(request), request.id)));
        return;
      case 'hang':
      case 'refuse':
      case 'tlsMismatch':
        return; // The call stays in flight for ever.
    }
  }

  /** A login is refused with its own answer, everything else with an error. */
  #unauthorized(request: Request, error: (failure: Failure) => void): void {
    if (request.method === 'auth.login_ex') this.#settle({ result: { response_type: 'AUTH_ERR' } }, request.id);
    else if (request.method in loginMethods) this.#settle({ result: false }, request.id);
    else error(new Failure('notAuthenticated', '[ENOTAUTHENTICATED] Not authenticated'));
  }

  /** Sends the head of a frame and half of what it promises, then destroys the socket. */
  #cut(text: string): void {
    const payload = Buffer.from(text);
    const head = Buffer.alloc(10);
    head[0] = 0x81;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
    this.#socket.write(Buffer.concat([head, payload.subarray(0, payload.length / 2)]), () => this.#socket.destroy());
  }

  #settle(outcome: Outcome, id: unknown): void {
    this.#sendText(JSON.stringify(message(outcome, id)));
  }

  /** Answers one call that was in flight. */
  #sendText(text: string): void {
    this.#inFlight -= 1;
    if (this.#client.readyState === this.#client.OPEN) this.#client.send(text);
  }

  #refuse(error: RpcError, id: unknown): void {
    if (this.#client.readyState === this.#client.OPEN) this.#client.send(JSON.stringify(message({ error }, id)));
  }

  #log(request: Request, status: string): void {
    this.#wire.log.add(this.#wire.nas.system, request.method, status);
  }
}

interface Outcome {
  readonly result?: unknown;
  readonly error?: RpcError;
}

type LoginMethod = (session: Session, params: readonly unknown[]) => unknown;

/** The only methods that may be called without a login. */
const loginMethods: Readonly<Record<string, LoginMethod>> = {
  'auth.login': (session, [username, password]) => session.loginWithPassword(String(username), String(password)),
  'auth.login_with_api_key': (session, [key]) => session.loginWithKey(String(key)),
  'auth.login_ex': (session, [argument = {}]) => session.loginEx(argument as Readonly<Record<string, unknown>>),
  'auth.logout': (session) => session.logout(),
};

function message(outcome: Outcome, id: unknown): unknown {
  return { jsonrpc: '2.0', ...outcome, id };
}

function statusOf({ code, data }: RpcError): string {
  const name = (data as { readonly errname?: string } | undefined)?.errname;
  return name ?? String(code);
}

function parse(text: string): Request | RpcError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: -32_700, message: 'Expecting value: line 1 column 1 (char 0)' };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { code: -32_600, message: 'Invalid Message Type' };
  }
  const { id = null, method, params = [] } = value as Record<string, unknown>;
  if (typeof method !== 'string') return { code: -32_600, message: "'method' member must be of type string" };
  if (!Array.isArray(params)) return { code: -32_600, message: "'params' member must be of type array" };
  return { id, method, params };
}

function idOf(text: string): unknown {
  return /"id":\s*(\d+|"[^"]*")/.exec(text)?.[1]?.replaceAll('"', '') ?? null;
}

/** The same kind of answer with nothing in it. */
export function emptied(result: unknown): unknown {
  if (Array.isArray(result)) return [];
  if (typeof result === 'number') return 0;
  return typeof result === 'string' ? '' : {};
}

/** A list has no counts that could show a gap: half of it comes as text that ends too early. */
function halfMessage(outcome: Outcome, id: unknown, fault: Fault): string {
  const text = JSON.stringify(message(outcome, id));
  const { result } = outcome;
  if (!Array.isArray(result)) return text.slice(0, Math.floor(text.length / 2));
  const kept = JSON.stringify(result.slice(0, halfOf(fault, result.length))).slice(0, -1);
  return `{"jsonrpc":"2.0","result":${kept}`;
}
