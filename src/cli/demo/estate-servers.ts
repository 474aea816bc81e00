import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Estate } from '../../simulate/estate.ts';
import { readOnlyRights } from '../../simulate/kubernetes/access.ts';
import { type KubernetesSimulator, startKubernetes } from '../../simulate/kubernetes/start.ts';
import { startTrueNas, type TrueNasSimulator } from '../../simulate/truenas/server.ts';

/** A running estate and the config with which the ordinary clients reach it. */
export interface EstateServers {
  readonly configFile: string;
  /** Scratch folder, removed by close(). */
  readonly folder: string;
  readonly now: () => Date;
  /** Moves the clock of all systems; milliseconds from the estate's own "now". */
  readonly shiftClock: (offsetMs: number) => void;
  readonly clusters: readonly KubernetesSimulator[];
  readonly nases: readonly TrueNasSimulator[];
  readonly close: () => Promise<void>;
}

/**
 * Starts every system of an estate on loopback with TLS, and writes config, kubeconfigs, certificates and keys into a
 * scratch folder, as a user would. The estate's clock runs on from its own "now".
 */
export async function startEstateServers(
  estate: Estate,
  more: Readonly<Record<string, unknown>> = {},
): Promise<EstateServers> {
  const folder = await mkdtemp(join(tmpdir(), 'strandline-estate-'));
  const startedAtMs = Date.now();
  let offsetMs = 0;
  const now = () => new Date(Date.parse(estate.now) + offsetMs + Date.now() - startedAtMs);
  const clusters = await Promise.all(
    estate.clusters.map((state) => startKubernetes(state, { now, rights: readOnlyRights })),
  );
  const nases = await Promise.all(estate.nases.map((state) => startTrueNas(state, { now })));
  for (const { state, kubeconfig } of clusters) {
    await writeFile(join(folder, `${state.name}.kubeconfig`), kubeconfig, { mode: 0o600 });
  }
  for (const { state, caPem } of nases) {
    await writeFile(join(folder, `${state.name}.pem`), caPem);
    await writeFile(join(folder, `${state.name}.key`), state.users[0]?.apiKey ?? '', { mode: 0o600 });
  }
  const configFile = join(folder, 'strandline.yaml');
  await writeFile(configFile, stringify({ ...buildConfig(estate, nases), ...more }));
  return {
    configFile,
    folder,
    now,
    shiftClock: (ms) => {
      offsetMs = ms;
    },
    clusters,
    nases,
    close: async () => {
      await Promise.all([...clusters, ...nases].map((server) => server.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function buildConfig(estate: Estate, nases: readonly TrueNasSimulator[]): Record<string, unknown> {
  const urls = new Map(nases.map(({ state, url }) => [state.name, url]));
  return {
    deployment: estate.name.replace(/[^A-Za-z0-9._-]+/g, '-'),
    ...estate.config,
    clusters: named(estate.config['clusters']).map((cluster) => ({
      ...cluster,
      kubeconfig: `${cluster.name}.kubeconfig`,
    })),
    nas: named(estate.config['nas']).map((nas) => ({
      ...nas,
      url: urls.get(nas.name),
      username: estate.nases.find(({ name }) => name === nas.name)?.users[0]?.username,
      apiKeyFile: `${nas.name}.key`,
      tls: { caFile: `${nas.name}.pem` },
    })),
    history: { dir: 'history' },
    lock: { enabled: false },
  };
}

function named(list: unknown): readonly { readonly name: string }[] {
  return Array.isArray(list) ? (list as readonly { readonly name: string }[]) : [];
}
