import type { Backend } from '../model/backend.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ClusterInventory } from '../model/kubernetes.ts';
import type { Links } from '../model/links.ts';
import type { RuleMeta } from '../model/rule.ts';
import type { NasInventory } from '../model/truenas.ts';

/** One place that a rule is run for. */
export interface Scope {
  readonly id: string;
  readonly kind: RuleMeta['scope'];
  readonly backend?: Backend;
  readonly cluster?: ClusterInventory;
  readonly nas?: NasInventory;
}

export function listScopes(inventory: Inventory, links: Links): Scope[] {
  return [
    ...links.backends.map((backend): Scope => {
      const cluster = inventory.clusters.find(({ name }) => name === backend.cluster);
      const nas = inventory.nases.find(({ name }) => name === backend.nas);
      return { id: backend.id, kind: 'backend', backend, ...(cluster && { cluster }), ...(nas && { nas }) };
    }),
    ...inventory.clusters.map((cluster): Scope => ({ id: `cluster/${cluster.name}`, kind: 'cluster', cluster })),
    ...inventory.nases.map((nas): Scope => ({ id: `nas/${nas.name}`, kind: 'nas', nas })),
  ];
}
