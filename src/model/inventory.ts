import type { ClusterInventory } from './kubernetes.ts';
import type { NasInventory } from './truenas.ts';

/** What one scan read: every declared cluster and NAS, also those that could not be reached (all sections failed). */
export interface Inventory {
  readonly schemaVersion: 1;
  readonly clusters: readonly ClusterInventory[];
  readonly nases: readonly NasInventory[];
}
