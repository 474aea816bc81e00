import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import type { LeaseApi } from '../model/lease.ts';
import type { Logger } from '../model/logger.ts';
import { durationMs } from '../util/duration.ts';
import { acquireScanLock, type LockMemory, type ScanLock } from './lock.ts';

/** A configured cluster. `openLease` gives undefined when the account cannot log in at all. */
export interface LockableCluster {
  readonly name: string;
  readonly openLease: (place: { readonly namespace: string; readonly name: string }) => Promise<LeaseApi | undefined>;
}

export interface ScanLockDeps {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly scanId: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly namespaceFile?: string;
  readonly memory?: LockMemory;
}

const serviceAccountNamespace = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

const noLock: ScanLock = { isHeld: false, lost: new AbortController().signal, release: async () => {} };

/**
 * The lock as config wants it: a Lease in the cluster and namespace that the pod runs in. Outside a pod, without rights
 * and with `lock.enabled: false` the scan runs without one.
 * @throws LockError after `lock.waitFor`.
 */
export async function lockScan(
  config: Pick<Config, 'clusters' | 'lock'>,
  clusters: readonly LockableCluster[],
  deps: ScanLockDeps,
): Promise<ScanLock> {
  const { lock } = config;
  if (!lock.enabled) return noLock;
  const env = deps.env ?? process.env;
  const namespace = lock.namespace ?? readNamespace(deps.namespaceFile ?? serviceAccountNamespace);
  const home = lock.cluster ?? homeCluster(config.clusters);
  const cluster = clusters.find(({ name }) => home === undefined || name === home);
  const api = namespace === undefined ? undefined : await cluster?.openLease({ namespace, name: lock.name });
  if (api === undefined) {
    const because = namespace === undefined ? 'this is no pod of a cluster' : 'no login to the cluster of the Lease';
    deps.logger.warn({ stage: 'lock', because }, 'running without the scan lock');
    return noLock;
  }
  return acquireScanLock({
    api,
    holder: env['STRANDLINE_POD_UID'] || deps.scanId,
    leaseMs: durationMs(lock.lease),
    waitForMs: durationMs(lock.waitFor),
    logger: deps.logger,
    signal: deps.signal,
    ...(deps.memory !== undefined && { memory: deps.memory }),
  });
}

/** The cluster that the pod runs in. Undefined where config names none: then the only one there is. */
export function homeCluster(clusters: Config['clusters']): string | undefined {
  return (clusters.find(({ inCluster }) => inCluster) ?? (clusters.length === 1 ? clusters[0] : undefined))?.name;
}

function readNamespace(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
