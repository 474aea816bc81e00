import { type ClusterSource, openCluster } from '../collect/kubernetes/index.ts';
import { createSecretApi } from '../collect/kubernetes/secret-api.ts';
import type { Config } from '../config/schema.ts';
import { answerReferences } from '../config/secret-file.ts';
import { toClusterTargets } from '../config/to-targets.ts';
import { ConfigError, SourceError } from '../errors.ts';
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
export function openSecrets(config: Config, deps: Deps): () => Promise<void> {
  if (!config.kubernetesSecrets.enabled) return async () => {};
  const ending = new AbortController();
  let opening: Promise<ClusterSource> | undefined;
  const api = async () => {
    opening ??= open(config, deps, ending.signal);
    const { connection } = await opening;
    if (connection === undefined) throw noLogin(config);
    return createSecretApi(connection);
  };
  const stop = answerReferences('kubernetes', {
    read: async ({ place, field }) => (await api()).read(place, field),
    writtenAt: async ({ place }) => (await api()).writtenAt(place),
  });
  return async () => {
    stop();
    ending.abort();
    (await opening?.catch(() => undefined))?.close();
  };
}

async function open(config: Config, { logger, now }: Deps, signal: AbortSignal) {
  const wanted = config.kubernetesSecrets.cluster ?? homeCluster(config.clusters);
  const target = toClusterTargets(config).find(({ name }) => name === wanted);
  if (target !== undefined) return openCluster(target, { log: logger, now, signal });
  throw new ConfigError('kubernetesSecrets: it is not clear which cluster is asked', {
    remedy: 'Set kubernetesSecrets.cluster to a name of clusters.',
  });
}

function noLogin({ kubernetesSecrets: { cluster } }: Config): SourceError {
  return new SourceError(
    'unauthenticated',
    `Secrets${cluster === undefined ? '' : ` of cluster/${cluster}`}: no login`,
    {
      remedy: 'Run the credential plugin of the kubeconfig by hand and see what it says.',
    },
  );
}
