import type { Backend } from '../model/backend.ts';
import type { Lookup } from '../model/collected.ts';
import type { DatasetLink, SnapshotLink, Use } from '../model/links.ts';
import type { ZfsSnapshot } from '../model/truenas.ts';
import { groupBy } from '../util/groups.ts';
import { leafOf, snapshotUidOf } from '../util/names.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { lookUpReferrers, referrers } from './content-uses.ts';
import type { NasIndex } from './nas-index.ts';
import { originTest } from './snapshot-origin.ts';

/** Tells the origin of every snapshot, and links those of CSI volumes to the objects that refer to them. */
export function linkSnapshots(
  clusters: ClusterIndex,
  nases: ReadonlyMap<string, NasIndex>,
  datasets: readonly DatasetLink[],
): SnapshotLink[] {
  const linkedOn = groupBy(datasets, ({ nas }) => nas);
  const unreferenced = lookUpOnce((backend) => lookUpReferrers([], backend, clusters));
  return [...nases.values()].flatMap((index) => {
    const linked = new Map(linkedOn.get(index.nas.name)?.map((link) => [link.dataset.name, link]));
    const originOf = originTest(index);
    return [...index.snapshots.values()].map((snapshot): SnapshotLink => {
      const backend = linked.get(snapshot.dataset)?.backend;
      const snapshotUid = snapshotUidOf(snapshot.snapshotName);
      const isNamed = snapshotUid !== undefined || clusters.contentsByLeaf.has(snapshot.snapshotName);
      // By far the most objects of an estate: built without a copy.
      const link: { -readonly [K in keyof SnapshotLink]: SnapshotLink[K] } = {
        nas: index.nas.name,
        snapshot,
        origin: originOf(snapshot, backend?.family === 'truenas-csi'),
        uses: isNamed ? usesOfSnapshot(snapshot, snapshotUid, backend, clusters) : unreferenced(backend),
        clones: index.clonesOfSnapshot.get(snapshot.name) ?? none,
      };
      if (backend !== undefined) link.backend = backend;
      if (snapshotUid !== undefined) link.snapshotUid = snapshotUid;
      return link;
    });
  });
}

/** What a snapshot is used by that no object names, a periodic one: the same for all of a backend. */
function lookUpOnce(lookUp: (backend: Backend | undefined) => SnapshotLink['uses']) {
  const known = new Map<Backend | undefined, SnapshotLink['uses']>();
  return (backend: Backend | undefined): SnapshotLink['uses'] => {
    const uses = known.get(backend) ?? lookUp(backend);
    known.set(backend, uses);
    return uses;
  };
}

const none: readonly string[] = [];

function usesOfSnapshot(
  snapshot: ZfsSnapshot,
  uid: string | undefined,
  backend: Backend | undefined,
  clusters: ClusterIndex,
): Lookup<readonly Use[]> {
  const volume = leafOf(snapshot.dataset);
  const isSame = (handle: string) => {
    const left = handle.slice(0, handle.indexOf('@'));
    return left === volume || left === snapshot.dataset || uid !== undefined;
  };
  return lookUpReferrers(referrers(snapshot.snapshotName, isSame, uid, clusters), backend, clusters);
}
