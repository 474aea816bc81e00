import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterDeps, type ClusterSource, openCluster } from '../../src/collect/kubernetes/index.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { ClusterTarget } from '../../src/model/targets.ts';
import type { ClusterState } from '../../src/simulate/estate.ts';
import {
  type KubernetesOptions,
  type KubernetesSimulator,
  startKubernetes,
} from '../../src/simulate/kubernetes/start.ts';

export interface OpenOptions {
  readonly simulator?: KubernetesOptions;
  readonly target?: Partial<ClusterTarget>;
  readonly deps?: Partial<ClusterDeps>;
  /** Changes the kubeconfig text before it is written. */
  readonly kubeconfig?: (text: string) => string;
}

export interface Opened {
  readonly simulator: KubernetesSimulator;
  readonly cluster: ClusterSource;
}

const cleanups: (() => Promise<void> | void)[] = [];

/** Starts a simulator and opens it with the ordinary client through a kubeconfig file. */
export async function openSimulated(state: ClusterState, options: OpenOptions = {}): Promise<Opened> {
  const simulator = await startKubernetes(state, options.simulator);
  cleanups.push(() => simulator.close());
  const folder = await mkdtemp(join(tmpdir(), 'strandline-kube-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'kubeconfig');
  await writeFile(file, options.kubeconfig?.(simulator.kubeconfig) ?? simulator.kubeconfig);
  const target: ClusterTarget = {
    name: state.name,
    source: { kind: 'kubeconfig', file },
    tls: {},
    callTimeoutMs: 5_000,
    pageSize: 500,
    ...options.target,
  };
  const cluster = await openCluster(target, {
    log: silentLogger,
    signal: new AbortController().signal,
    retry: { retries: 2, baseMs: 1 },
    ...options.deps,
  });
  cleanups.push(() => cluster.close());
  return { simulator, cluster };
}

/** For `afterEach`. */
export async function closeSimulated(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}
