import type { DatasetLink } from '../model/links.ts';
import type { Dataset, ZfsSnapshot } from '../model/truenas.ts';

/** Space that the dataset itself holds: live data, its snapshots and what a refreservation keeps. Unknown when one part is. */
export function heldBytes(dataset: Dataset): number | undefined {
  const { usedByDatasetBytes, usedBySnapshotsBytes, usedByRefreservationBytes } = dataset;
  if (
    usedByDatasetBytes === undefined ||
    usedBySnapshotsBytes === undefined ||
    usedByRefreservationBytes === undefined
  ) {
    return undefined;
  }
  return usedByDatasetBytes + usedBySnapshotsBytes + usedByRefreservationBytes;
}

/**
 * What destroying the dataset would free now: what it holds, less what its clones keep. A clone keeps all blocks that
 * its origin snapshot refers to; with several origins, or when the dataset is itself a clone, the shared part cannot be
 * told and the answer is unknown.
 */
export function reclaimableBytes(link: DatasetLink): number | undefined {
  const held = heldBytes(link.dataset);
  if (held === undefined || link.clones.length === 0) return held;
  const snapshots = link.snapshots.status === 'found' ? link.snapshots.value : [];
  const kept = keptByClones(link.cloneOrigins, snapshots);
  return kept === undefined || link.dataset.origin !== undefined ? undefined : Math.max(0, held - kept);
}

function keptByClones(origins: readonly string[], snapshots: readonly ZfsSnapshot[]): number | undefined {
  const distinct = [...new Set(origins)];
  if (distinct.length !== 1) return undefined;
  return snapshots.find((snapshot) => snapshot.name === distinct[0])?.referencedBytes;
}

/** What was promised to whoever uses it: volsize, else the quota. */
export function provisionedBytes(dataset: Dataset): number | undefined {
  return dataset.volsizeBytes ?? dataset.refquotaBytes ?? dataset.quotaBytes ?? undefined;
}
