import type { CsiNode } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { type Item, identity, integer, objects, part } from '../item.ts';
import { toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';

export const csiNodes: Resource<CsiNode> = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csinodes',
  kind: 'CSINode',
  isNamespaced: false,
  project,
};

function project(item: Item): CsiNode {
  return { ...toMeta(item), drivers: objects(item, 'spec', 'drivers').map((json) => toDriver(part(item, json))) };
}

function toDriver(driver: Item): CsiNode['drivers'][number] {
  return defined({
    name: identity(driver, 'name'),
    nodeId: identity(driver, 'nodeID'),
    maxVolumes: integer(driver, 'allocatable', 'count'),
  });
}
