import type { PersistentVolume } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import {
  bytes,
  type Item,
  identity,
  integer,
  isObject,
  reference,
  references,
  text,
  texts,
  time,
  valueAt,
} from '../item.ts';
import { annotation, toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';
import { dropSecretOptions, dropSecrets } from '../secrets.ts';

export const persistentVolumes: Resource<PersistentVolume> = {
  group: '',
  version: 'v1',
  resource: 'persistentvolumes',
  kind: 'PersistentVolume',
  isNamespaced: false,
  project,
};

function project(item: Item): PersistentVolume {
  const attributes = dropSecrets(references(item, 'spec', 'csi', 'volumeAttributes'));
  const mountOptions = dropSecretOptions(texts(item, 'spec', 'mountOptions'));
  return defined({
    ...toMeta(item),
    phase: identity(item, 'status', 'phase'),
    phaseSince: time(item, 'status', 'lastPhaseTransitionTime'),
    statusMessage: text(item, 'status', 'message'),
    reclaimPolicy: identity(item, 'spec', 'persistentVolumeReclaimPolicy'),
    storageClass: reference(item, 'spec', 'storageClassName'),
    capacityBytes: bytes(item, 'spec', 'capacity', 'storage'),
    accessModes: texts(item, 'spec', 'accessModes'),
    volumeMode: text(item, 'spec', 'volumeMode'),
    mountOptions: mountOptions.kept,
    claim: toClaim(item),
    provisionedBy: annotation(item, 'pv.kubernetes.io/provisioned-by'),
    csi: toCsi(item, attributes.kept),
    nfs: toNfs(item),
    iscsi: toIscsi(item),
    plaintextSecretKeys: [...attributes.dropped, ...mountOptions.dropped],
  });
}

function toClaim(item: Item): PersistentVolume['claim'] {
  if (!isSet(item, 'claimRef')) return undefined;
  return defined({
    namespace: identity(item, 'spec', 'claimRef', 'namespace'),
    name: identity(item, 'spec', 'claimRef', 'name'),
    uid: reference(item, 'spec', 'claimRef', 'uid'),
  });
}

function toCsi(item: Item, attributes: Readonly<Record<string, string>>): PersistentVolume['csi'] {
  if (!isSet(item, 'csi')) return undefined;
  return defined({
    driver: identity(item, 'spec', 'csi', 'driver'),
    handle: identity(item, 'spec', 'csi', 'volumeHandle'),
    fsType: text(item, 'spec', 'csi', 'fsType'),
    attributes,
  });
}

function toNfs(item: Item): PersistentVolume['nfs'] {
  if (!isSet(item, 'nfs')) return undefined;
  return { server: identity(item, 'spec', 'nfs', 'server'), path: identity(item, 'spec', 'nfs', 'path') };
}

function toIscsi(item: Item): PersistentVolume['iscsi'] {
  if (!isSet(item, 'iscsi')) return undefined;
  return defined({
    portals: [identity(item, 'spec', 'iscsi', 'targetPortal'), ...texts(item, 'spec', 'iscsi', 'portals')],
    iqn: identity(item, 'spec', 'iscsi', 'iqn'),
    lun: integer(item, 'spec', 'iscsi', 'lun'),
  });
}

/** A source that is there but is no object would otherwise look like a volume that points nowhere. */
function isSet(item: Item, source: string): boolean {
  const value = valueAt(item.json, ['spec', source]);
  if (value !== undefined && value !== null && !isObject(value)) identity(item, 'spec', source, 'readable');
  return isObject(value);
}
