import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureVault } from '../cluster/tools.ts';

export interface Trust {
  readonly server: string;
  readonly ca: string;
  /** Token of the account that may ask for reviews. */
  readonly reviewer: string;
  readonly account: string;
  readonly namespace: string;
  readonly leaseSeconds: number;
  /** The one secret that the role may read and write. */
  readonly path: string;
}

/** A Vault of our own on loopback, with TLS and one unseal key. */
export interface TestVault {
  readonly description: string;
  readonly url: string;
  readonly caFile: string;
  /** Kubernetes authentication for one account, under the role `strandline`. */
  trust(trust: Trust): Promise<void>;
  /** A second way in, with the same policy. */
  appRole(): Promise<{ readonly roleId: string; readonly secretId: string }>;
  put(path: string, fields: Readonly<Record<string, string>>): Promise<void>;
  /** Every token that a login of Kubernetes gave. */
  revokeAll(): Promise<void>;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  stop(): Promise<void>;
}

const rootToken = 'root-of-the-test';

/** HashiCorp Vault in dev mode: in memory, KV v2 at `secret/`. */
export async function startVault(folder: string): Promise<TestVault> {
  const binary = await ensureVault();
  mkdirSync(folder);
  const port = await freePort();
  const argv = ['server', '-dev', '-dev-tls', `-dev-tls-cert-dir=${folder}`, `-dev-root-token-id=${rootToken}`];
  const child = spawn(binary, [...argv, `-dev-listen-address=127.0.0.1:${port}`], {
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, VAULT_DISABLE_MLOCK: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  const caFile = join(folder, 'vault-ca.pem');
  const url = `https://127.0.0.1:${port}`;
  const ask = (method: string, path: string, body?: object) => call({ url, caFile, method, path, body });
  await ready(child, output, () => ask('GET', 'sys/health'));
  const version = JSON.parse(await ask('GET', 'sys/health')) as { readonly version: string };
  const unsealKey = () => /Unseal Key: (\S+)/.exec(output.join(''))?.[1] ?? '';
  return {
    description: `HashiCorp Vault ${version.version}, built from its Go module`,
    url,
    caFile,
    async trust({ server, ca, reviewer, account, namespace, leaseSeconds, path }) {
      await ask('POST', 'sys/auth/kubernetes', { type: 'kubernetes' });
      await ask('POST', 'auth/kubernetes/config', {
        ...{ kubernetes_host: server, kubernetes_ca_cert: ca, token_reviewer_jwt: reviewer },
        disable_local_ca_jwt: true,
      });
      const policy = `path "secret/data/${path}" { capabilities = ["read", "update"] }`;
      await ask('POST', 'sys/policies/acl/strandline', { policy });
      await ask('POST', 'auth/kubernetes/role/strandline', {
        ...{ bound_service_account_names: [account], bound_service_account_namespaces: [namespace] },
        ...{ token_policies: ['strandline'], token_ttl: leaseSeconds, token_max_ttl: 600 },
      });
    },
    async appRole() {
      await ask('POST', 'sys/auth/approle', { type: 'approle' });
      await ask('POST', 'auth/approle/role/strandline', { token_policies: ['strandline'] });
      const role = JSON.parse(await ask('GET', 'auth/approle/role/strandline/role-id'));
      const secret = JSON.parse(await ask('POST', 'auth/approle/role/strandline/secret-id', {}));
      return { roleId: role.data.role_id, secretId: secret.data.secret_id };
    },
    put: async (path, data) => void (await ask('POST', `secret/data/${path}`, { data })),
    revokeAll: async () => void (await ask('POST', 'sys/leases/revoke-prefix/auth/kubernetes/login', {})),
    seal: async () => void (await ask('POST', 'sys/seal', {})),
    unseal: async () => void (await ask('POST', 'sys/unseal', { key: unsealKey() })),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}

async function ready(child: ChildProcess, output: readonly string[], ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) break;
    try {
      await ask();
      return;
    } catch {
      await sleep(100);
    }
  }
  child.kill('SIGKILL');
  throw new Error(`Vault did not start: ${output.join('').slice(-2000)}`);
}

interface Asked {
  readonly url: string;
  readonly caFile: string;
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

async function call({ url, caFile, method, path, body }: Asked): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-vault-token': rootToken, 'content-type': 'application/json' };
    const sent = request(`${url}/v1/${path}`, { method, headers, ca: readFileSync(caFile) }, (response) => {
      text(response).then((answer) => {
        if ((response.statusCode ?? 0) < 400) resolve(answer);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`));
      }, reject);
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
