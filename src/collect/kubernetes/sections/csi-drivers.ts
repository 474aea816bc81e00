import type { CsiDriver } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { flag, type Item, text, texts } from '../item.ts';
import { toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';

export const csiDrivers: Resource<CsiDriver> = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csidrivers',
  kind: 'CSIDriver',
  isNamespaced: false,
  project,
};

function project(item: Item): CsiDriver {
  return defined({
    ...toMeta(item),
    attachRequired: flag(item, 'spec', 'attachRequired'),
    podInfoOnMount: flag(item, 'spec', 'podInfoOnMount'),
    storageCapacity: flag(item, 'spec', 'storageCapacity'),
    fsGroupPolicy: text(item, 'spec', 'fsGroupPolicy'),
    lifecycleModes: texts(item, 'spec', 'volumeLifecycleModes'),
  });
}
