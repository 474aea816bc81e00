import type { KubeLease } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { type Item, integer, text, time } from '../item.ts';
import { toNamespacedMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';

export const leases: Resource<KubeLease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  kind: 'Lease',
  isNamespaced: true,
  project,
};

/** One per node, renewed every few seconds: of no use here. */
export const nodeLeases = 'kube-node-lease';

function project(item: Item): KubeLease {
  return defined({
    ...toNamespacedMeta(item),
    holder: text(item, 'spec', 'holderIdentity'),
    renewedAt: time(item, 'spec', 'renewTime'),
    durationSeconds: integer(item, 'spec', 'leaseDurationSeconds'),
  });
}
