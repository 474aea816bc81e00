import type { VolumeSnapshotClass } from '../../../model/kubernetes.ts';
import { type Item, identity, textMap } from '../item.ts';
import { annotation, toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';
import { dropSecrets } from '../secrets.ts';
import { snapshotGroup } from './volume-snapshots.ts';

export const volumeSnapshotClasses: Resource<VolumeSnapshotClass> = {
  group: snapshotGroup,
  version: 'v1',
  resource: 'volumesnapshotclasses',
  kind: 'VolumeSnapshotClass',
  isNamespaced: false,
  project,
};

function project(item: Item): VolumeSnapshotClass {
  const parameters = dropSecrets(textMap(item, 'parameters'));
  return {
    ...toMeta(item),
    driver: identity(item, 'driver'),
    deletionPolicy: identity(item, 'deletionPolicy'),
    isDefault: annotation(item, 'snapshot.storage.kubernetes.io/is-default-class') === 'true',
    parameters: parameters.kept,
    plaintextSecretKeys: parameters.dropped,
  };
}
