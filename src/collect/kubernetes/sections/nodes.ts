import type { KubeNode } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { flag, type Item, identity, objects, part, text } from '../item.ts';
import { toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';

export const nodes: Resource<KubeNode> = {
  group: '',
  version: 'v1',
  resource: 'nodes',
  kind: 'Node',
  isNamespaced: false,
  project,
};

function project(item: Item): KubeNode {
  const conditions = objects(item, 'status', 'conditions');
  const addresses = objects(item, 'status', 'addresses').map((json) => part(item, json));
  return defined({
    ...toMeta(item),
    ready: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    unschedulable: flag(item, 'spec', 'unschedulable') ?? false,
    internalIps: addresses
      .filter((address) => text(address, 'type') === 'InternalIP')
      .map((address) => identity(address, 'address')),
    taints: objects(item, 'spec', 'taints').map((json) => {
      const taint = part(item, json);
      return { key: identity(taint, 'key'), effect: text(taint, 'effect') ?? '' };
    }),
    kubeletVersion: text(item, 'status', 'nodeInfo', 'kubeletVersion'),
    os: text(item, 'status', 'nodeInfo', 'operatingSystem'),
  });
}
