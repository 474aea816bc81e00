import type { Backend } from '../model/backend.ts';
import type { Lookup } from '../model/collected.ts';
import type { VolumeSnapshot } from '../model/kubernetes.ts';
import type { Use } from '../model/links.ts';
import { leafOf, snapshotUidOf } from '../util/names.ts';
import type { ClusterIndex, InCluster } from './cluster-index.ts';

/** A detached snapshot is a dataset; the same objects refer to it by the last part of its name. */
export function usesOfDetached(
  dataset: string,
  backend: Backend | undefined,
  clusters: ClusterIndex,
): Lookup<readonly Use[]> {
  const name = leafOf(dataset);
  return lookUpReferrers(
    referrers(name, () => true, snapshotUidOf(name), clusters),
    backend,
    clusters,
  );
}

/** By handle, by the VolumeSnapshot's UID in the name, and by a content made for that VolumeSnapshot. */
export function referrers(
  name: string,
  isSame: (handle: string) => boolean,
  uid: string | undefined,
  clusters: ClusterIndex,
): Use[] {
  const byHandle = (clusters.contentsByLeaf.get(name) ?? []).filter(({ item }) =>
    [item.snapshotHandle, item.sourceSnapshotHandle].some((handle) => handle !== undefined && isSame(handle)),
  );
  const byUid = uid === undefined ? [] : (clusters.contentsByUidOfSnapshot.get(uid) ?? []);
  const uses = new Map(
    [...byHandle, ...byUid].map(({ cluster, item }) => [
      `${cluster} ${item.uid}`,
      { kind: 'content' as const, name: item.name, from: `cluster/${cluster} volumeSnapshotContents` },
    ]),
  );
  const snapshot = uid === undefined ? undefined : clusters.snapshotsByUid.get(uid);
  return [...uses.values(), ...(snapshot === undefined ? [] : [useOfSnapshot(snapshot)])];
}

function useOfSnapshot({ cluster, item }: InCluster<VolumeSnapshot>): Use {
  return { kind: 'content', name: `${item.namespace}/${item.name}`, from: `cluster/${cluster} volumeSnapshots` };
}

export function lookUpReferrers(
  found: Use[],
  backend: Backend | undefined,
  clusters: ClusterIndex,
): Lookup<readonly Use[]> {
  if (found.length > 0) return { status: 'found', value: found };
  const which = backend?.exclusive === true ? [backend.cluster] : 'every';
  const unread = clusters.unread(which, ['volumeSnapshotContents', 'volumeSnapshots']);
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}
