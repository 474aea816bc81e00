import { z } from 'zod';
import { SourceError } from '../errors.ts';
import type { HttpAnswer, HttpCall, HttpClient } from '../util/http.ts';
import { HttpStatusError } from '../util/http-error.ts';
import { Secret } from '../util/secret.ts';

/** How we log in: what to post to `auth/<mount>/login`, or the token that somebody gave us. Read anew for every login. */
export type VaultLogin =
  | {
      readonly kind: 'login';
      readonly mount: string;
      readonly body: () => Promise<Readonly<Record<string, Secret | string>>>;
    }
  | { readonly kind: 'token'; readonly token: () => Promise<Secret> };

export interface VaultOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly namespace?: string | undefined;
  readonly kvMount: string;
  readonly login: VaultLogin;
  readonly http: HttpClient;
  readonly now: () => Date;
}

export interface VaultClient {
  /** One field of a KV v2 secret, its newest version. @throws SourceError */
  read(path: string, field: string): Promise<Secret>;
  /** Every field of its newest version. @throws SourceError */
  readAll(path: string): Promise<VaultSecret>;
  /** A new version, when the newest one still is `version`. Never repeated. @throws SourceError */
  write(path: string, secret: VaultSecret): Promise<'written' | 'conflict'>;
  /** Gives a token of our own making back. Never throws. */
  close(): Promise<void>;
}

export interface VaultSecret {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly version: number;
  /** When this version was written. */
  readonly writtenAt?: string;
}

interface Token {
  readonly secret: Secret;
  readonly isOurs: boolean;
  readonly isRenewable: boolean;
  /** Undefined: it does not end. */
  readonly endsAtMs: number | undefined;
  readonly renewAtMs: number | undefined;
}

const Auth = z.object({
  auth: z.object({ client_token: z.string().min(1), lease_duration: z.number(), renewable: z.boolean().optional() }),
});
const Kv = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()),
    metadata: z.object({ version: z.int().min(1), created_time: z.iso.datetime().optional().catch(undefined) }),
  }),
});

/** A token that is refused is replaced once by a new login; one that is past half of its lease is renewed first. */
export function createVaultClient(options: VaultOptions): VaultClient {
  const { now, login } = options;
  let current: Promise<Token> | undefined;
  const token = async (): Promise<Token> => {
    current ??= logIn(options);
    try {
      const held = await current;
      if (held.renewAtMs === undefined || now().getTime() < held.renewAtMs) return held;
      current = held.isRenewable ? renew(options, held).catch(() => logIn(options)) : logIn(options);
      return await current;
    } catch (error) {
      current = undefined;
      throw error;
    }
  };
  const asked = async (request: HttpCall): Promise<HttpAnswer> => {
    const used = await token();
    try {
      return await call(options, request, used.secret);
    } catch (error) {
      if (!(error instanceof HttpStatusError) || error.status !== 403) throw error;
      current = undefined;
      const again = await token();
      if (login.kind === 'token' && again.secret.reveal() === used.secret.reveal()) throw error;
      return call(options, request, again.secret);
    }
  };
  const readAll = async (path: string): Promise<VaultSecret> => {
    const answer = await asked({ url: dataPath(options, path) }).catch((error) => explain(error, path));
    const { data } = Kv.safeParse(answer.json());
    if (data === undefined) throw new SourceError('badAnswer', `vault: the answer for ${path} is no secret of KV v2`);
    const { version, created_time: writtenAt } = data.data.metadata;
    return { fields: data.data.data, version, ...(writtenAt !== undefined && { writtenAt }) };
  };
  return {
    readAll,
    async read(path, field) {
      const value = (await readAll(path)).fields[field];
      if (typeof value === 'string' && value !== '') return new Secret(value);
      throw new SourceError('notFound', `vault: the secret ${path} has no field ${field}`, {
        remedy: `Write it: vault kv patch ${path} ${field}=…`,
      });
    },
    async write(path, { fields, version }) {
      const body = JSON.stringify({ data: fields, options: { cas: version } });
      const { status } = await asked({
        ...{ url: dataPath(options, path), method: 'POST', body, idempotent: false },
        accept: (code) => code === 200 || code === 204 || code === 400,
      }).catch((error) => explain(error, path));
      if (status !== 400) return 'written';
      if ((await readAll(path)).version !== version) return 'conflict';
      throw new SourceError('forbidden', `vault: ${path}: it refused the new version`, {
        remedy: 'Check that vault.kvMount is a KV v2 engine.',
      });
    },
    async close() {
      const held = await current?.catch(() => undefined);
      current = undefined;
      if (held?.isOurs === true) await post(options, 'auth/token/revoke-self', {}, held.secret).catch(() => undefined);
    },
  };
}

async function logIn(options: VaultOptions): Promise<Token> {
  const { login } = options;
  if (login.kind === 'token') {
    return {
      secret: await login.token(),
      isOurs: false,
      isRenewable: false,
      endsAtMs: undefined,
      renewAtMs: undefined,
    };
  }
  const body = Object.fromEntries(
    Object.entries(await login.body()).map(([key, value]) => [key, value instanceof Secret ? value.reveal() : value]),
  );
  const answer = await post(options, `auth/${login.mount}/login`, body).catch((error) => explain(error, 'login'));
  return toToken(answer, options.now());
}

async function renew(options: VaultOptions, held: Token): Promise<Token> {
  return toToken(await post(options, 'auth/token/renew-self', {}, held.secret), options.now());
}

function toToken(answer: HttpAnswer, now: Date): Token {
  const { data } = Auth.safeParse(answer.json());
  if (data === undefined) throw new SourceError('badAnswer', 'vault: the answer to the login cannot be read');
  const { client_token, lease_duration, renewable = false } = data.auth;
  const leaseMs = lease_duration * 1000;
  const nowMs = now.getTime();
  const lease = leaseMs > 0 ? { endsAtMs: nowMs + leaseMs, renewAtMs: nowMs + leaseMs / 2 } : {};
  return {
    ...{ secret: new Secret(client_token), isOurs: true, isRenewable: renewable, endsAtMs: undefined },
    renewAtMs: undefined,
    ...lease,
  };
}

function post(options: VaultOptions, url: string, body: object, token?: Secret): Promise<HttpAnswer> {
  return call(options, { url, method: 'POST', body: JSON.stringify(body), idempotent: true }, token);
}

function call({ http, url, namespace }: VaultOptions, request: HttpCall, token?: Secret): Promise<HttpAnswer> {
  return http.request({
    ...request,
    url: `${url}/v1/${request.url}`,
    headers: {
      'x-vault-request': 'true',
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(namespace !== undefined && { 'x-vault-namespace': namespace }),
      ...(token !== undefined && { 'x-vault-token': token.reveal() }),
    },
  });
}

function dataPath({ kvMount }: VaultOptions, path: string): string {
  return `${kvMount}/data/${encodePath(path)}`;
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** What Vault means by its statuses. */
function explain(error: unknown, what: string): never {
  if (!(error instanceof HttpStatusError)) throw error;
  const known: Readonly<Record<number, readonly [SourceError['kind'], string, string]>> = {
    400: [
      'unauthenticated',
      'refused the login',
      'Check role (its account and namespace), role id and secret id, and that the mount is right.',
    ],
    403: [
      'forbidden',
      'denied it',
      'Allow `read` (for rotation also `update`) on its data path in the policy of the role, or give a token that lives.',
    ],
    404: ['notFound', 'has no such secret, or its newest version is deleted', 'Check path and vault.kvMount (KV v2).'],
    503: ['unreachable', 'is sealed', 'Unseal it.'],
  };
  const isLoginRefused = what === 'login' && error.status === 403; // so answers Kubernetes authentication
  const [kind, says, remedy] = known[isLoginRefused ? 400 : error.status] ?? [
    error.kind,
    `answered ${error.status}`,
    'See the log of Vault.',
  ];
  throw new SourceError(kind, `vault: ${what}: it ${says}`, { cause: error, remedy });
}
