import type { VolumeSnapshot } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { bytes, flag, type Item, reference, time } from '../item.ts';
import { snapshotRetention, toNamespacedMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';
import { toStatusError } from '../status-error.ts';

export const snapshotGroup = 'snapshot.storage.k8s.io';

export const volumeSnapshots: Resource<VolumeSnapshot> = {
  group: snapshotGroup,
  version: 'v1',
  resource: 'volumesnapshots',
  kind: 'VolumeSnapshot',
  isNamespaced: true,
  project,
};

function project(item: Item): VolumeSnapshot {
  return defined({
    ...toNamespacedMeta(item),
    snapshotClass: reference(item, 'spec', 'volumeSnapshotClassName'),
    sourceClaim: reference(item, 'spec', 'source', 'persistentVolumeClaimName'),
    sourceContent: reference(item, 'spec', 'source', 'volumeSnapshotContentName'),
    boundContent: reference(item, 'status', 'boundVolumeSnapshotContentName'),
    readyToUse: flag(item, 'status', 'readyToUse'),
    snapshotCreatedAt: time(item, 'status', 'creationTime'),
    restoreBytes: bytes(item, 'status', 'restoreSize'),
    error: toStatusError(item, 'status', 'error'),
    retention: snapshotRetention(item),
  });
}
