import type { VolumeAttachment } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { flag, type Item, identity, reference } from '../item.ts';
import { toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';
import { toStatusError } from '../status-error.ts';

export const volumeAttachments: Resource<VolumeAttachment> = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'volumeattachments',
  kind: 'VolumeAttachment',
  isNamespaced: false,
  project,
};

function project(item: Item): VolumeAttachment {
  return defined({
    ...toMeta(item),
    attacher: identity(item, 'spec', 'attacher'),
    node: identity(item, 'spec', 'nodeName'),
    persistentVolume: reference(item, 'spec', 'source', 'persistentVolumeName'),
    attached: flag(item, 'status', 'attached') ?? false,
    attachError: toStatusError(item, 'status', 'attachError'),
    detachError: toStatusError(item, 'status', 'detachError'),
  });
}
