import type { NasState, NasUserState } from '../estate.ts';
import { isAllowed, isFullAdmin, keysOf } from './accounts.ts';
import { changes } from './changes.ts';
import { type Context, makeContext } from './context.ts';
import { Failure } from './failure.ts';
import { isOffered, type Method, methods } from './methods.ts';
import { isSince } from './release.ts';

export interface Login {
  readonly user: NasUserState;
  readonly byKey: boolean;
}

/** The NAS itself, whatever transport it is reached by: its state, its clock, who may do what. */
export class Nas {
  state: NasState;
  readonly #now: () => Date;
  readonly #raised: { readonly klass: string; readonly text: string }[] = [];
  readonly #revokedKeys = new Set<string>();

  constructor(state: NasState, now: () => Date) {
    this.state = state;
    this.#now = now;
  }

  get system(): string {
    return `nas/${this.state.name}`;
  }

  /** Its own clock, skew included. */
  now(): Date {
    return new Date(this.#now().getTime() + (this.state.clockSkewMs ?? 0));
  }

  isKeyRevoked(key: string): boolean {
    return this.#revokedKeys.has(key);
  }

  /** What 25.04 and later do with a key that came over a plain connection. */
  revokeKey(key: string): void {
    const held = this.state.users.flatMap(keysOf).find((each) => each.key === key);
    if (held === undefined || this.#revokedKeys.has(key)) return;
    this.#revokedKeys.add(key);
    this.#raise('ApiKeyRevoked', `${held.name}: API key has been revoked and must either be renewed or deleted.`);
  }

  noteRestUse(): void {
    if (this.state.release !== '25.10' || this.#raised.some(({ klass }) => klass === 'RESTAPIUsage')) return;
    this.#raise('RESTAPIUsage', 'The deprecated REST API was used to authenticate in the last 24 hours.');
  }

  #raise(klass: string, text: string): void {
    this.#raised.push({ klass, text });
  }

  /** The user of a key, or why not. */
  checkKey(key: string, username?: string): NasUserState | 'unknown' | 'expired' {
    const user = this.state.users.find((each) => keysOf(each).some((held) => held.key === key));
    if (user === undefined || (username !== undefined && user.username !== username)) return 'unknown';
    const expiresAt = keysOf(user).find((held) => held.key === key)?.expiresAt;
    const isOver = expiresAt !== undefined && Date.parse(expiresAt) <= this.now().getTime();
    return isOver || this.#revokedKeys.has(key) ? 'expired' : user;
  }

  checkPassword(username: string, password: string): NasUserState | undefined {
    return this.state.users.find((user) => user.username === username && user.password === password);
  }

  /** Runs one call. @throws {Failure} */
  call(name: string, params: readonly unknown[], login: Login | undefined): unknown {
    const method = this.#find(name);
    if (login === undefined) throw new Failure('notAuthenticated', '[ENOTAUTHENTICATED] Not authenticated');
    if (!isAllowed(login.user, method.roles, this.state)) throw new Failure('notAuthorized', '[EACCES] Not authorized');
    return this.#run(method, name, params, login);
  }

  isFullAdmin(user: NasUserState): boolean {
    return isFullAdmin(user, this.state.release);
  }

  isSince(release: NasState['release']): boolean {
    return isSince(this.state.release, release);
  }

  /** The method behind a REST path, without its leading `/api/v2.0`. */
  methodOfPath(path: string): Method | undefined {
    return methods.find((method) => restPath(method) === path && isOffered(method, this.state.release));
  }

  #find(name: string): Method {
    const method = name.endsWith('.get_instance') ? name.replace(/get_instance$/, 'query') : name;
    const found = byName.get(method);
    if (found === undefined || !isOffered(found, this.state.release)) {
      throw new Failure('unknownMethod', `[ENOMETHOD] ${name}`);
    }
    return found;
  }

  #run(method: Method, name: string, params: readonly unknown[], login: Login): unknown {
    const context = this.#context(login);
    if (name === method.name) return method.run(context, params);
    const [id, options = {}] = params;
    try {
      return method.run(context, [[['id', '=', id]], { ...(options as object), get: true }]);
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'matchNotFound') throw error;
      throw new Failure('instanceNotFound', `${name.split('.').slice(0, -1).join('.')} ${String(id)} does not exist`);
    }
  }

  #context(login: Login): Context {
    return makeContext(this.state, {
      now: this.now(),
      user: login.user,
      raised: this.#raised,
      revokedKeys: this.#revokedKeys,
      replace: (state) => {
        this.state = state;
      },
    });
  }
}

const byName = new Map([...methods, ...changes].map((method) => [method.name, method]));

/** `pool.dataset.query` → `/pool/dataset`, `iscsi.global.config` → `/iscsi/global`, `system.info` → `/system/info`. */
function restPath(method: Method): string | undefined {
  if (method.socketOnly === true) return undefined;
  return `/${method.name.replace(/\.(query|config)$/, '').replaceAll('.', '/')}`;
}
