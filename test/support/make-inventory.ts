import { correlate } from '../../src/correlate/correlate.ts';
import type { Collected } from '../../src/model/collected.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ClusterSections, ObjectMeta, Pod } from '../../src/model/kubernetes.ts';
import type { Links } from '../../src/model/links.ts';
import type { DeclaredBackend } from '../../src/model/options.ts';
import type { Dataset, NasInventory, NasSections } from '../../src/model/truenas.ts';

export const takenAt = '2026-11-23T02:00:00Z';
export const nfsDriver = 'org.democratic-csi.nfs';
export const iscsiDriver = 'org.democratic-csi.iscsi';
export const trueNasDriver = 'csi.truenas.io';

export const read = <T>(items: readonly T[]): Collected<T> => ({ ok: true, items, takenAt });

export function makeMeta(name: string): ObjectMeta {
  return { name, uid: `uid-${name}`, createdAt: '2026-01-05T00:00:00Z', labels: {}, finalizers: [] };
}

export function makeDataset(name: string, rest: Partial<Dataset> = {}): Dataset {
  return {
    name,
    pool: name.split('/')[0] ?? '',
    type: 'FILESYSTEM',
    createdAt: '2026-01-05T00:00:00Z',
    mountpoint: `/mnt/${name}`,
    encrypted: false,
    locked: false,
    userProperties: {},
    userPropertiesRead: true,
    usedBytes: 10,
    availableBytes: 90,
    referencedBytes: 10,
    quotaBytes: null,
    refquotaBytes: null,
    ...rest,
  };
}

export function makePod(name: string, node: string, containers: readonly Partial<Pod['containers'][number]>[]): Pod {
  return {
    ...makeMeta(name),
    namespace: 'democratic-csi',
    phase: 'Running',
    node,
    storage: { claims: [], ephemeral: [], inline: [] },
    ownerRefs: [],
    containers: containers.map((row) => ({ name: 'c', image: 'x:v1', args: [], ready: true, restarts: 0, ...row })),
  };
}

/** A healthy estate: one cluster of two nodes, one NAS, both drivers, one volume of each protocol. */
export interface Healthy {
  readonly inventory: Inventory;
  readonly backends: readonly DeclaredBackend[];
}

export interface Sections {
  readonly cluster: ClusterSections;
  readonly nas: NasSections;
}

export function withSections(
  { inventory, backends }: Healthy,
  cluster: Partial<ClusterSections>,
  nas: Partial<NasSections> = {},
  nasFields: Partial<NasInventory> = {},
): Healthy {
  return {
    backends,
    inventory: {
      ...inventory,
      clusters: inventory.clusters.map((row) => ({ ...row, sections: { ...row.sections, ...cluster } })),
      nases: inventory.nases.map((row) => ({ ...row, ...nasFields, sections: { ...row.sections, ...nas } })),
    },
  };
}

export function linksOf({ inventory, backends }: Healthy): Links {
  return correlate(inventory, backends);
}

export function sectionsOf({ inventory }: Healthy): Sections {
  const [cluster] = inventory.clusters;
  const [nas] = inventory.nases;
  if (cluster === undefined || nas === undefined) throw new Error('the healthy estate has one of each');
  return { cluster: cluster.sections, nas: nas.sections };
}

/** Items of a list that the healthy estate always has. */
export function itemsIn<T>(section: Collected<T>): readonly T[] {
  if (!section.ok) throw new Error(section.error.message);
  return section.items;
}
