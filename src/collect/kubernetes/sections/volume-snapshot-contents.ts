import type { VolumeSnapshotContent } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { bytes, flag, type Item, identity, isObject, reference, valueAt } from '../item.ts';
import { hasAnnotation, toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';
import { toStatusError } from '../status-error.ts';
import { snapshotGroup } from './volume-snapshots.ts';

export const volumeSnapshotContents: Resource<VolumeSnapshotContent> = {
  group: snapshotGroup,
  version: 'v1',
  resource: 'volumesnapshotcontents',
  kind: 'VolumeSnapshotContent',
  isNamespaced: false,
  project,
};

function project(item: Item): VolumeSnapshotContent {
  return defined({
    ...toMeta(item),
    driver: identity(item, 'spec', 'driver'),
    deletionPolicy: identity(item, 'spec', 'deletionPolicy'),
    snapshotClass: reference(item, 'spec', 'volumeSnapshotClassName'),
    sourceVolumeHandle: reference(item, 'spec', 'source', 'volumeHandle'),
    sourceSnapshotHandle: reference(item, 'spec', 'source', 'snapshotHandle'),
    snapshotHandle: reference(item, 'status', 'snapshotHandle'),
    snapshotRef: toSnapshotRef(item),
    readyToUse: flag(item, 'status', 'readyToUse'),
    snapshotCreatedAt: toCreatedAt(item),
    restoreBytes: bytes(item, 'status', 'restoreSize'),
    error: toStatusError(item, 'status', 'error'),
    beingCreated: hasAnnotation(item, 'snapshot.storage.kubernetes.io/volumesnapshot-being-created'),
    beingDeleted: hasAnnotation(item, 'snapshot.storage.kubernetes.io/volumesnapshot-being-deleted'),
  });
}

function toSnapshotRef(item: Item): VolumeSnapshotContent['snapshotRef'] {
  if (!isObject(valueAt(item.json, ['spec', 'volumeSnapshotRef']))) return undefined;
  return defined({
    namespace: identity(item, 'spec', 'volumeSnapshotRef', 'namespace'),
    name: identity(item, 'spec', 'volumeSnapshotRef', 'name'),
    uid: reference(item, 'spec', 'volumeSnapshotRef', 'uid'),
  });
}

/** Nanoseconds since 1970, beyond 2^53: JSON.parse rounds them, which milliseconds do not feel. */
function toCreatedAt(item: Item): string | undefined {
  const nanoseconds = valueAt(item.json, ['status', 'creationTime']);
  if (nanoseconds === undefined || nanoseconds === null) return undefined;
  const at = new Date(typeof nanoseconds === 'number' ? nanoseconds / 1e6 : Number.NaN);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  item.note('status.creationTime');
  return undefined;
}
