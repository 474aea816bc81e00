import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Loopback, listen, testCertificate } from './loopback.ts';

/** Vault as its documented HTTP API answers: logins, KV v2, leases, revocation, a seal. */
export interface FakeVault {
  readonly url: string;
  readonly calls: string[];
  readonly tokens: Set<string>;
  /** Path below the KV mount `secret` → fields. */
  readonly secrets: Map<string, Record<string, string>>;
  /** Newest version of each path; 1 when nothing was written. */
  readonly versions: Map<string, number>;
  isSealed: boolean;
  /** The policy of every token lacks `update`. */
  isReadOnly: boolean;
  /** Does not answer the next write that takes place. */
  losesNextAnswer: boolean;
  leaseSeconds: number;
  /** Bodies that a login must send: role and jwt, or role_id and secret_id. */
  readonly logins: Map<string, Record<string, string>>;
  close(): Promise<void>;
}

export async function startFakeVault(): Promise<FakeVault> {
  let server: Loopback | undefined;
  const vault: FakeVault = {
    get url() {
      return server?.url ?? '';
    },
    ...{ calls: [], tokens: new Set<string>(), secrets: new Map(), versions: new Map(), logins: new Map() },
    ...{ isSealed: false, isReadOnly: false, losesNextAnswer: false, leaseSeconds: 3600 },
    close: async () => server?.close(),
  };
  const tls = await testCertificate();
  server = await listen((request, response) => {
    void readBody(request).then((body) => {
      vault.calls.push(`${request.method} ${request.url}`);
      const [status, answer] = respond(vault, request, body);
      if (status === 200 && request.method === 'POST' && vault.losesNextAnswer && request.url?.includes('/data/')) {
        vault.losesNextAnswer = false;
        request.socket.destroy();
        return;
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  }, tls);
  return vault;
}

function respond(vault: FakeVault, request: IncomingMessage, body: string): readonly [number, unknown] {
  const path = (request.url ?? '').replace('/v1/', '');
  if (vault.isSealed) return [503, { errors: ['Vault is sealed'] }];
  if (/^auth\/[^/]+\/login$/.test(path)) {
    const wanted = vault.logins.get(path.split('/')[1] ?? '');
    return JSON.stringify(wanted) === body ? [200, auth(vault)] : [400, { errors: [`invalid login ${body}`] }];
  }
  const token = String(request.headers['x-vault-token']);
  if (!vault.tokens.has(token)) return [403, { errors: ['permission denied'] }];
  if (path === 'auth/token/renew-self') return [200, auth(vault, token)];
  if (path === 'auth/token/revoke-self') {
    vault.tokens.delete(token);
    return [204, {}];
  }
  const name = decodeURIComponent(path.replace('secret/data/', ''));
  const version = vault.versions.get(name) ?? 1;
  if (request.method === 'POST') return write(vault, name, version, body);
  const data = vault.secrets.get(name);
  return data === undefined ? [404, { errors: [] }] : [200, { data: { data, metadata: { version } } }];
}

function write(vault: FakeVault, name: string, version: number, body: string): readonly [number, unknown] {
  if (vault.isReadOnly) return [403, { errors: ['1 error occurred: permission denied'] }];
  const { data, options } = JSON.parse(body) as { data: Record<string, string>; options?: { cas?: number } };
  if (options?.cas !== undefined && options.cas !== version)
    return [400, { errors: ['check-and-set parameter did not match the current version'] }];
  vault.secrets.set(name, data);
  vault.versions.set(name, version + 1);
  return [200, { data: { version: version + 1 } }];
}

function auth(vault: FakeVault, token = `hvs.${randomBytes(12).toString('hex')}`) {
  vault.tokens.add(token);
  return { auth: { client_token: token, lease_duration: vault.leaseSeconds, renewable: true } };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
