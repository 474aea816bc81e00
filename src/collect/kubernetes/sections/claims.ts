import type { Claim } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { bytes, type Item, identity, objects, part, reference, text, texts, time } from '../item.ts';
import { annotation, ownerRefs, snapshotRetention, toNamespacedMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';

export const claims: Resource<Claim> = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  isNamespaced: true,
  project,
};

function project(item: Item): Claim {
  return defined({
    ...toNamespacedMeta(item),
    phase: identity(item, 'status', 'phase'),
    volumeName: reference(item, 'spec', 'volumeName'),
    storageClass: text(item, 'spec', 'storageClassName') ?? annotation(item, 'volume.beta.kubernetes.io/storage-class'),
    requestedBytes: bytes(item, 'spec', 'resources', 'requests', 'storage'),
    capacityBytes: bytes(item, 'status', 'capacity', 'storage'),
    accessModes: texts(item, 'spec', 'accessModes'),
    volumeMode: text(item, 'spec', 'volumeMode'),
    dataSource: toDataSource(item),
    provisioner: annotation(
      item,
      'volume.kubernetes.io/storage-provisioner',
      'volume.beta.kubernetes.io/storage-provisioner',
    ),
    selectedNode: annotation(item, 'volume.kubernetes.io/selected-node'),
    conditions: objects(item, 'status', 'conditions').map((json) => toCondition(part(item, json))),
    resizeStatus: text(item, 'status', 'allocatedResourceStatuses', 'storage') ?? text(item, 'status', 'resizeStatus'),
    ownerRefs: ownerRefs(item),
    snapshotRetention: snapshotRetention(item),
  });
}

/** `dataSourceRef` says the same and more; old servers fill `dataSource` only. */
function toDataSource(item: Item): Claim['dataSource'] {
  const field = reference(item, 'spec', 'dataSourceRef', 'kind') === undefined ? 'dataSource' : 'dataSourceRef';
  const kind = reference(item, 'spec', field, 'kind');
  if (kind === undefined) return undefined;
  return defined({
    kind,
    name: identity(item, 'spec', field, 'name'),
    namespace: reference(item, 'spec', field, 'namespace'),
  });
}

function toCondition(condition: Item): Claim['conditions'][number] {
  return defined({
    type: identity(condition, 'type'),
    message: text(condition, 'message'),
    since: time(condition, 'lastTransitionTime'),
  });
}
