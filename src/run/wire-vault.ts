import type { Config } from '../config/schema.ts';
import { answerReferences, readSecretFile } from '../config/secret-file.ts';
import { toTlsOptions } from '../config/to-targets.ts';
import { ConfigError } from '../errors.ts';
import { durationMs } from '../util/duration.ts';
import { createHttpClient } from '../util/http.ts';
import type { Secret } from '../util/secret.ts';
import { createVaultClient, type VaultLogin } from '../vault/client.ts';

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** From here on `vault:PATH#FIELD` can stand wherever a file with a secret can. Returns what ends it. */
export async function openVault(config: Config, now: () => Date): Promise<() => Promise<void>> {
  if (config.vault === undefined) return async () => {};
  const { client, close } = await connectVault(config, now);
  const stop = answerReferences('vault', {
    read: ({ place, field }) => client.read(place, field),
    writtenAt: async ({ place }) => (await client.readAll(place)).writtenAt,
  });
  return async () => {
    stop();
    await close();
  };
}

/** Logs in at the first call. @throws ConfigError */
export async function connectVault({ vault, limits }: Config, now: () => Date) {
  if (vault === undefined) {
    throw new ConfigError('a key stands in Vault, and config does not say where that is', {
      remedy: 'Add the section `vault`.',
    });
  }
  const http = await createHttpClient({
    system: 'vault',
    tls: toTlsOptions(vault.tls, 'vault.tls'),
    timeoutMs: Math.min(durationMs(limits.callTimeout), 15_000),
    maxBodyBytes: 1024 * 1024,
    retry: { retries: 2, baseMs: 200, maxMs: 2000 },
  });
  const { namespace, kvMount, auth } = vault;
  const url = vault.url.replace(/\/+$/, '');
  const client = createVaultClient({ url, namespace, kvMount, login: toLogin(auth), http, now });
  return {
    client,
    /** Where secrets lie, for whoever must tell one store from another. */
    at: [url, namespace, kvMount].join(' '),
    async close() {
      await client.close();
      http.close();
    },
  };
}

function toLogin(auth: NonNullable<Config['vault']>['auth']): VaultLogin {
  const { method, mount, role = '', roleIdFile, secretIdFile, tokenFile, token, jwtFile } = auth;
  const file = (path: string | undefined, key: string): Promise<Secret> =>
    readSecretFile(path ?? '', `vault.auth.${key}`);
  if (method === 'token') return { kind: 'token', token: async () => token ?? file(tokenFile, 'tokenFile') };
  if (method === 'approle') {
    const body = async () => ({
      role_id: await file(roleIdFile, 'roleIdFile'),
      secret_id: await file(secretIdFile, 'secretIdFile'),
    });
    return { kind: 'login', mount: mount ?? 'approle', body };
  }
  const body = async () => ({ role, jwt: await file(jwtFile ?? serviceAccountToken, 'jwtFile') });
  return { kind: 'login', mount: mount ?? 'kubernetes', body };
}
