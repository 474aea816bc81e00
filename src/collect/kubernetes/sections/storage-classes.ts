import type { StorageClass } from '../../../model/kubernetes.ts';
import { flag, type Item, identity, text, textMap, texts } from '../item.ts';
import { annotation, toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';
import { dropSecretOptions, dropSecrets } from '../secrets.ts';

export const storageClasses: Resource<StorageClass> = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'storageclasses',
  kind: 'StorageClass',
  isNamespaced: false,
  project,
};

function project(item: Item): StorageClass {
  const parameters = dropSecrets(textMap(item, 'parameters'));
  const mountOptions = dropSecretOptions(texts(item, 'mountOptions'));
  const isDefault = annotation(
    item,
    'storageclass.kubernetes.io/is-default-class',
    'storageclass.beta.kubernetes.io/is-default-class',
  );
  return {
    ...toMeta(item),
    provisioner: identity(item, 'provisioner'),
    reclaimPolicy: text(item, 'reclaimPolicy') ?? 'Delete',
    bindingMode: text(item, 'volumeBindingMode') ?? 'Immediate',
    allowVolumeExpansion: flag(item, 'allowVolumeExpansion') ?? false,
    isDefault: isDefault === 'true',
    mountOptions: mountOptions.kept,
    parameters: parameters.kept,
    plaintextSecretKeys: [...parameters.dropped, ...mountOptions.dropped],
  };
}
