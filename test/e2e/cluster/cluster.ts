import { join } from 'node:path';
import { removeControlGroup } from './control-groups.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { run, until } from './exec.ts';
import { loadImage } from './image.ts';
import { removeContainers, removeLogLinks, removeNetwork, startNode, unmountBelow } from './node.ts';
import { stopProcess, stopProcesses } from './processes.ts';
import { findStaleSlots, removeSlot, type Slot, takeSlot } from './slot.ts';
import { ensureKubectl, ensureSnapshotCrds } from './tools.ts';

/** A cluster for tests: one of our own, or the one that KUBECONFIG names. */
export interface Cluster {
  readonly kubeconfig: string;
  readonly kubectl: string;
  /** Address under which pods reach servers of this host that listen on it; undefined in somebody else's cluster. */
  readonly hostAddress?: string;
  /** Our own cluster only: state, logs, and the controller-manager to be stopped and started. */
  readonly own?: { readonly stateDir: string; readonly slot: Slot; readonly plane: ControlPlane };
  kc(args: readonly string[], input?: string): Promise<string>;
  loadImage(tag: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a cluster, or takes the one of KUBECONFIG when STRANDLINE_E2E_EXISTING=1 (both, so that nobody's cluster is
 * written to because a shell happened to point at it).
 */
export async function startCluster({ node = false }: { readonly node?: boolean } = {}): Promise<Cluster> {
  const { KUBECONFIG, STRANDLINE_E2E_EXISTING } = process.env;
  if (STRANDLINE_E2E_EXISTING === '1' && KUBECONFIG !== undefined) return existingCluster(KUBECONFIG);
  for (const stale of findStaleSlots()) await removeCluster(stale);
  const slot = takeSlot();
  try {
    const plane = await startControlPlane(slot, node);
    const { kubectl, kubeconfig } = plane;
    const kc = (args: readonly string[], input?: string) =>
      run(kubectl, ['--kubeconfig', kubeconfig, ...args], input === undefined ? {} : { input });
    await installSnapshotCrds(kc);
    if (node) await startNode(slot, plane);
    return {
      kubeconfig,
      kubectl,
      hostAddress: slot.serviceIp,
      own: { stateDir: slot.stateDir, slot, plane },
      kc,
      loadImage: async (tag) => {
        await loadImage(slot.stateDir, tag);
      },
      stop: () => removeCluster(slot),
    };
  } catch (error) {
    if (process.env['STRANDLINE_E2E_KEEP'] !== '1') await removeCluster(slot);
    throw error;
  }
}

async function existingCluster(kubeconfig: string): Promise<Cluster> {
  const kubectl = await ensureKubectl();
  const kc = (args: readonly string[], input?: string) =>
    run(kubectl, ['--kubeconfig', kubeconfig, ...args], input === undefined ? {} : { input });
  await installSnapshotCrds(kc);
  return { kubeconfig, kubectl, kc, loadImage: async () => {}, stop: async () => {} };
}

/** Ends everything that was started in the slot, by recorded pids, and removes its state. */
async function removeCluster(slot: Slot): Promise<void> {
  await stopProcess(slot.stateDir, 'kubelet', 'SIGKILL'); // first, or it starts again what is ended
  await removeContainers(slot.stateDir);
  await stopProcesses(slot.stateDir);
  await removeNetwork(slot);
  await removeControlGroup(slot.controlGroup);
  await removeLogLinks(slot.stateDir);
  await unmountBelow(slot.stateDir);
  removeSlot(slot);
}

async function installSnapshotCrds(kc: Cluster['kc']): Promise<void> {
  const dir = await ensureSnapshotCrds();
  const kinds = ['volumesnapshots', 'volumesnapshotclasses', 'volumesnapshotcontents'];
  await kc(['apply', ...kinds.flatMap((kind) => ['-f', join(dir, `snapshot.storage.k8s.io_${kind}.yaml`)])]);
  await until('snapshot CRDs', async () => {
    const names = kinds.map((kind) => `crd/${kind}.snapshot.storage.k8s.io`);
    return kc(['wait', '--for=condition=Established', '--timeout=5s', ...names]);
  });
}
