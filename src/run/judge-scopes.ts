import type { Backend } from '../model/backend.ts';
import type { ScopedLinks } from '../model/check.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ClusterInventory } from '../model/kubernetes.ts';
import type { Links } from '../model/links.ts';
import type { NasInventory } from '../model/truenas.ts';
import { indexLinks } from './judge-links.ts';

/** One place that a check is run for, with everything it may look at. */
export interface Scope {
  readonly id: string;
  readonly kind: 'backend' | 'cluster' | 'nas';
  readonly backend?: Backend;
  readonly cluster?: ClusterInventory;
  readonly nas?: NasInventory;
  /** Clusters that may hold what refers to this scope: all, or only its own for an exclusive backend. */
  readonly everyCluster: readonly ClusterInventory[];
  readonly links: ScopedLinks;
}

/** `everyCluster`: all that were declared, where only some of them are judged. */
export function listScopes(inventory: Inventory, links: Links, everyCluster = inventory.clusters): Scope[] {
  const index = indexLinks(links);
  const clusters = new Map(inventory.clusters.map((cluster) => [cluster.name, cluster]));
  const nases = new Map(inventory.nases.map((nas) => [nas.name, nas]));
  return [
    ...links.backends.map((backend): Scope => {
      const cluster = clusters.get(backend.cluster);
      const nas = nases.get(backend.nas);
      return {
        id: backend.id,
        kind: 'backend',
        backend,
        ...(cluster !== undefined && { cluster }),
        ...(nas !== undefined && { nas }),
        everyCluster: backend.exclusive && cluster !== undefined ? [cluster] : everyCluster,
        links: index.ofBackend(backend.id),
      };
    }),
    ...inventory.clusters.map((cluster): Scope => {
      const links = index.ofCluster(cluster.name);
      return { id: `cluster/${cluster.name}`, kind: 'cluster', cluster, everyCluster, links };
    }),
    ...inventory.nases.map(
      (nas): Scope => ({ id: `nas/${nas.name}`, kind: 'nas', nas, everyCluster, links: index.ofNas(nas.name) }),
    ),
  ];
}
