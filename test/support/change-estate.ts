import type { Collected } from '../../src/model/collected.ts';
import type { ClusterSectionName, ClusterSections } from '../../src/model/kubernetes.ts';
import type { DeclaredBackend } from '../../src/model/options.ts';
import type { NasInventory, NasSectionName, NasSections } from '../../src/model/truenas.ts';
import { type Healthy, itemsIn, read, sectionsOf, withSections } from './make-inventory.ts';

type Item<S> = S extends { readonly ok: true; readonly items: readonly (infer T)[] } ? T : never;

/** Maps the items of one list of the cluster; undefined drops an item. */
export function inCluster<K extends ClusterSectionName>(
  section: K,
  change: (item: Item<ClusterSections[K]>) => Item<ClusterSections[K]> | undefined,
) {
  return (estate: Healthy): Healthy => {
    const items = itemsIn(sectionsOf(estate).cluster[section] as Collected<Item<ClusterSections[K]>>);
    return withSections(estate, { [section]: read(items.flatMap((item) => change(item) ?? [])) });
  };
}

export function addToCluster<K extends ClusterSectionName>(section: K, ...added: Item<ClusterSections[K]>[]) {
  return (estate: Healthy): Healthy => {
    const items = itemsIn(sectionsOf(estate).cluster[section] as Collected<Item<ClusterSections[K]>>);
    return withSections(estate, { [section]: read([...items, ...added]) });
  };
}

export function onNas<K extends NasSectionName>(
  section: K,
  change: (item: Item<NasSections[K]>) => Item<NasSections[K]> | undefined,
) {
  return (estate: Healthy): Healthy => {
    const items = itemsIn(sectionsOf(estate).nas[section] as Collected<Item<NasSections[K]>>);
    return withSections(estate, {}, { [section]: read(items.flatMap((item) => change(item) ?? [])) });
  };
}

export function nasIs(fields: Partial<NasInventory>) {
  return (estate: Healthy): Healthy => withSections(estate, {}, {}, fields);
}

export function declare(driver: string, fields: Partial<DeclaredBackend>) {
  return ({ inventory, backends }: Healthy): Healthy => ({
    inventory,
    backends: backends.map((row) => (row.driver === driver ? { ...row, ...fields } : row)),
  });
}

/** Only the item of that name is changed. */
export function named(name: string, fields: Readonly<Record<string, unknown>>) {
  return <T extends { readonly name: string }>(item: T): T => (item.name === name ? { ...item, ...fields } : item);
}
