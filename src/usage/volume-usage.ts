import type { VolumeLink } from '../model/links.ts';
import type { VolumeUsage } from '../model/scan-result.ts';
import type { Dataset, ZfsSnapshot } from '../model/truenas.ts';
import { defined } from '../util/defined.ts';
import { limitOf, utilisationOf } from './limit.ts';

/** Snapshots of each dataset, by `nas dataset`; undefined for a NAS whose snapshots were not read. */
export type SnapshotsOf = (nas: string, dataset: string) => readonly ZfsSnapshot[] | undefined;

/** What one volume holds, or undefined where its dataset is not known or not there. */
export function toVolumeUsage(link: VolumeLink, snapshotsOf: SnapshotsOf): VolumeUsage | undefined {
  const { backend, backing, volume } = link;
  if (backend === undefined || backing.status !== 'found') return undefined;
  const { nas, dataset } = backing.value;
  return defined({
    ...amountsOf(dataset, volume.capacityBytes),
    cluster: link.cluster,
    backend: backend.id,
    nas,
    pool: dataset.pool,
    dataset: dataset.name,
    datasetId: dataset.guid ?? dataset.createTxg,
    persistentVolume: volume.name,
    uid: volume.uid,
    namespace: volume.claim?.namespace,
    claim: volume.claim?.name,
    storageClass: volume.storageClass,
    kind: dataset.type === 'VOLUME' ? ('zvol' as const) : ('filesystem' as const),
    thin: isThin(dataset),
    utilisation: utilisationOf(dataset),
    snapshotCount: snapshotsOf(nas, dataset.name)?.length,
    referencedBytes: dataset.referencedBytes,
    compressRatio: dataset.compressRatio,
    volblocksizeBytes: dataset.type === 'VOLUME' ? dataset.volblocksizeBytes : undefined,
    recordsizeBytes: dataset.type === 'VOLUME' ? undefined : dataset.recordsizeBytes,
  });
}

function amountsOf(dataset: Dataset, capacityBytes: number | undefined) {
  return {
    provisionedBytes: limitOf(dataset) ?? capacityBytes,
    usedBytes: dataset.usedBytes,
    dataBytes: dataset.usedByDatasetBytes,
    snapshotBytes: dataset.usedBySnapshotsBytes,
    reservedBytes: dataset.usedByRefreservationBytes,
    logicalBytes: dataset.logicalUsedBytes,
  };
}

/** Thick = ZFS keeps the whole promised size free for it. Undefined where reservations or the size are not known. */
function isThin(dataset: Dataset): boolean | undefined {
  if (dataset.refreservationBytes === undefined || dataset.reservationBytes === undefined) return undefined;
  const kept = Math.max(dataset.refreservationBytes ?? 0, dataset.reservationBytes ?? 0);
  if (kept === 0) return true;
  const limit = limitOf(dataset);
  return limit === undefined ? undefined : kept < limit;
}
