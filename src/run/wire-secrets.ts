import { type ClusterConnection, openCluster } from '../collect/kubernetes/index.ts';
import { createSecretApi } from '../collect/kubernetes/secret-api.ts';
import type { Config } from '../config/schema.ts';
import { answerReferences } from '../config/secret-file.ts';
import { toClusterTargets } from '../config/to-targets.ts';
import { ConfigError, SourceError } from '../errors.ts';
import type { RetryOptions } from '../util/retry.ts';
import type { RunDeps } from './ports.ts';
import { homeCluster } from './scan-lock.ts';
import { openVault } from './wire-vault.ts';

type Deps = Pick<RunDeps, 'logger' | 'now'>;

/** Whatever config names beside files. Returns what ends it. @throws ConfigError */
export async function openSecretStores(config: Config, deps: Deps): Promise<() => Promise<void>> {
  const closeVault = await openVault(config, deps.now);
  const closeSecrets = openSecrets(config, deps);
  return async () => {
    await Promise.all([closeVault(), closeSecrets()]);
  };
}

/**
 * From here on `kubernetes:NAMESPACE/NAME#KEY` can stand wherever a file with a secret can, when config switches it on.
 * Connects at the first use. Returns what ends it.
 */
function openSecrets(config: Config, deps: Deps): () => Promise<void> {
  if (!config.kubernetesSecrets.enabled) return async () => {};
  let opening: Promise<SecretCluster> | undefined;
  const api = async () => {
    opening ??= openSecretCluster(config, deps);
    return createSecretApi((await opening).connection);
  };
  const stop = answerReferences('kubernetes', {
    read: async ({ place, field }) => (await api()).read(place, field),
    writtenAt: async ({ place }) => (await api()).writtenAt(place),
  });
  return async () => {
    stop();
    (await opening?.catch(() => undefined))?.close();
  };
}

export interface SecretCluster {
  readonly connection: ClusterConnection;
  readonly close: () => void;
}

/** The cluster whose Secrets are meant, over a connection of its own. @throws ConfigError, SourceError */
export async function openSecretCluster(
  config: Config,
  { logger, now }: Deps,
  retry?: Partial<RetryOptions>,
): Promise<SecretCluster> {
  const wanted = config.kubernetesSecrets.cluster ?? homeCluster(config.clusters);
  const target = toClusterTargets(config).find(({ name }) => name === wanted);
  if (target === undefined)
    throw new ConfigError('it is not clear in which cluster the Secrets lie', {
      remedy: 'Set kubernetesSecrets.cluster to a name of clusters.',
    });
  const ending = new AbortController();
  const deps = { log: logger, now, signal: ending.signal, ...(retry !== undefined && { retry }) };
  const { connection, close } = await openCluster(target, deps);
  if (connection === undefined)
    throw new SourceError('unauthenticated', `cluster/${target.name}: no login`, {
      remedy: 'Run the credential plugin of the kubeconfig by hand and see what it says.',
    });
  return {
    connection,
    close() {
      ending.abort();
      close();
    },
  };
}
