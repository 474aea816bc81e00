import { newRandom, type Random } from '../../fixtures/builder/random.ts';
import { generateEstate } from '../../fixtures/generator/generate.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ClusterInventory, PersistentVolume } from '../../src/model/kubernetes.ts';
import type { Dataset, NasInventory } from '../../src/model/truenas.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { toInventory } from './estate-to-inventory.ts';

export interface GeneratedFleet {
  readonly inventory: Inventory;
  /** `clusters`, `nas`, `backends` and the rest of config. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Datasets that nothing refers to, `nas dataset`: whatever points at one of them changes a verdict. */
  readonly orphans: ReadonlySet<string>;
}

export interface FleetOptions {
  readonly groups: number;
  readonly volumesEach: number;
  /** Only estates with so many clusters are taken. */
  readonly clustersEach?: number;
}

type Named = { readonly name: string };

/** Generated estates beside each other, each with its own clusters, NASes and addresses but with the same names for the rest. */
export function makeFleet(seed: number, { groups, volumesEach, clustersEach }: FleetOptions): GeneratedFleet {
  const parts = Array.from({ length: groups }, (_, group) => {
    const candidates = Array.from({ length: 20 }, (_, n) => seed * 1000 + group * 20 + n);
    const found = candidates.find((one) => clustersEach === undefined || sizeOf(one) === clustersEach);
    const estate = generateEstate(found ?? seed, { volumes: volumesEach, leakShare: 0.4 });
    return renamed(estate, `g${group}-`, `10.${group + 20}.0.`);
  });
  const configs = parts.map(({ config }) => config);
  const all = (key: string) => configs.flatMap((config) => (config[key] ?? []) as object[]);
  return {
    inventory: {
      schemaVersion: 1,
      clusters: parts.flatMap(({ inventory }) => inventory.clusters),
      nases: parts.flatMap(({ inventory }) => inventory.nases),
    },
    config: { ...configs[0], clusters: all('clusters'), nas: all('nas'), backends: all('backends') },
    orphans: new Set(parts.flatMap(({ orphans }) => [...orphans])),
  };
}

const sizeOf = (seed: number): number => generateEstate(seed, { volumes: 50 }).clusters.length;

/** With a name, and addresses, of its own. */
export function renamed(estate: Estate, prefix: string, network: string): GeneratedFleet {
  const moved = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('10.9.0.', network)) as T;
  const inventory = moved(toInventory(estate));
  const config = moved(estate.config);
  const rename = <T extends Named>(row: T): T => ({ ...row, name: `${prefix}${row.name}` });
  const rows = <T>(key: string) => (config[key] ?? []) as T[];
  const orphans = estate.truth.findings
    .filter(({ check }) => check === 'backend-without-volume')
    .map(({ source, name }) => `${prefix}${source.slice('nas/'.length)} ${name}`);
  return {
    orphans: new Set(orphans),
    inventory: {
      schemaVersion: 1,
      clusters: inventory.clusters.map(rename),
      nases: inventory.nases.map(rename),
    },
    config: {
      ...config,
      clusters: rows<Named>('clusters').map(rename),
      nas: rows<Named>('nas').map((nas) => ({ url: `https://${network}200`, ...rename(nas) })),
      backends: rows<{ cluster: string; nas: string }>('backends').map((row) => ({
        ...row,
        cluster: `${prefix}${row.cluster}`,
        nas: `${prefix}${row.nas}`,
      })),
    },
  };
}

/** What makes one group matter to another: each points from a cluster at something on a NAS that may be anybody's. */
export const crossings: Readonly<Record<string, (at: Crossing) => Inventory>> = {
  'a static volume by handle': (at) => addVolume(at, { csi: csi(at, leaf(at.dataset.name)) }),
  'a static volume by the whole name of the dataset': (at) => addVolume(at, { csi: csi(at, at.dataset.name) }),
  'a volume by its own name': (at) => addVolume(at, { name: leaf(at.dataset.name), csi: csi(at, 'something-else') }),
  'an NFS path below it under a server that nobody knows': (at) =>
    addVolume(at, { nfs: { server: 'nas.example', path: `${at.dataset.mountpoint ?? '/mnt/none'}/sub/folder` } }),
  'an NFS path under the address of the NAS': (at) =>
    addVolume(at, { nfs: { server: at.nas.addresses.at(-1) ?? '', path: at.dataset.mountpoint ?? '/mnt/none' } }),
  'a pod that mounts it inline': (at) =>
    changeCluster(at, ({ pods, ...rest }) => ({
      ...rest,
      pods: mapFirst(pods, (pod) => ({
        ...pod,
        storage: {
          ...pod.storage,
          inline: [{ kind: 'nfs', server: 'nas.example', path: at.dataset.mountpoint ?? '/mnt/none' }],
        },
      })),
    })),
  'a claim with the UID in its name': (at) =>
    changeCluster(at, ({ claims, ...rest }) => ({
      ...rest,
      claims: mapFirst(claims, (claim) => ({ ...claim, uid: uidIn(at.dataset.name) ?? claim.uid })),
    })),
  'a content by the handle of a snapshot': (at) =>
    changeCluster(at, ({ volumeSnapshotContents, ...rest }) => ({
      ...rest,
      volumeSnapshotContents: mapFirst(volumeSnapshotContents, (content) => ({
        ...content,
        snapshotHandle: snapshotOn(at) ?? `${leaf(at.dataset.name)}@none`,
      })),
    })),
  'a target under a portal that nobody knows': (at) => {
    const { iscsiTargets, iscsiExtents, iscsiTargetExtents: links, iscsiGlobal } = at.nas.sections;
    const extents = iscsiExtents.ok ? iscsiExtents.items : [];
    const extent = extents.find(({ zvol }) => at.orphans.has(`${at.nas.name} ${zvol}`)) ?? extents[0];
    const link = links.ok ? links.items.find((one) => one.extent === extent?.id) : undefined;
    const target = iscsiTargets.ok ? iscsiTargets.items.find(({ id }) => id === link?.target) : undefined;
    const basename = iscsiGlobal.ok ? iscsiGlobal.items[0]?.basename : undefined;
    return addVolume(at, { iscsi: { portals: ['192.0.2.1:3260'], iqn: `${basename}:${target?.name}` } });
  },
  'a replica on another NAS': (at) =>
    changeNas(at, at.otherNas, ({ datasets, ...rest }) => ({
      ...rest,
      datasets: datasets.ok
        ? { ...datasets, items: [...datasets.items, { ...at.dataset, name: `tank/copies/${leaf(at.dataset.name)}` }] }
        : datasets,
    })),
  'a class of a driver that shares there name': (at) =>
    changeCluster(at, ({ storageClasses, ...rest }) => ({
      ...rest,
      storageClasses: mapFirst(storageClasses, (item) => ({
        ...item,
        name: 'odd',
        provisioner: driverNamedOn(at.nas),
      })),
    })),
  'a list of the cluster that was not read': (at) =>
    changeCluster(at, (sections) => ({ ...sections, [at.random.pick(['claims', 'pods', 'volumeSnapshots'])]: unread })),
  'a list of the NAS that was not read': (at) =>
    changeNas(at, at.nas, (sections) => ({
      ...sections,
      [at.random.pick(['datasets', 'snapshots', 'replications'])]: unread,
    })),
  'claims that are none although volumes are bound': (at) =>
    changeCluster(at, (sections) => ({ ...sections, claims: { ok: true, items: [], takenAt: at.takenAt } })),
  'no targets although some volume names one': (at) => ({
    ...addVolume(at, { iscsi: { portals: ['192.0.2.1:3260'], iqn: 'iqn.2005-10.example:lost' } }),
    nases: at.inventory.nases.map((nas) =>
      nas === at.nas
        ? { ...nas, sections: { ...nas.sections, iscsiTargets: { ok: true, items: [], takenAt: at.takenAt } } }
        : nas,
    ),
  }),
};

const unread = {
  ok: false,
  error: { code: 'unreachable', message: 'no connection' },
  takenAt: '2026-11-23T02:00:00Z',
} as const;

export interface Crossing {
  readonly inventory: Inventory;
  readonly random: Random;
  readonly cluster: ClusterInventory;
  readonly nas: NasInventory;
  readonly otherNas: NasInventory;
  readonly dataset: Dataset;
  readonly takenAt: string;
  readonly orphans: ReadonlySet<string>;
}

/** Each of them between a NAS where something is lost and a cluster of another group, as the dice choose. */
export function crossFleet(
  { inventory, config, orphans }: GeneratedFleet,
  seed: number,
  names: readonly string[],
): GeneratedFleet {
  const random = newRandom(seed);
  let crossed = inventory;
  for (const name of names) {
    const here = crossed.nases.flatMap((nas) => {
      const { datasets, pools } = nas.sections;
      const lost = datasets.ok ? datasets.items.filter((one) => orphans.has(`${nas.name} ${one.name}`)) : [];
      return lost.length === 0 || !pools.ok ? [] : [{ nas, lost, takenAt: pools.takenAt }];
    });
    if (here.length === 0) continue;
    const { nas, lost, takenAt } = random.pick(here);
    const away = crossed.clusters.filter((one) => groupOf(one) !== groupOf(nas));
    const others = crossed.nases.filter((one) => groupOf(one) !== groupOf(nas));
    crossed =
      crossings[name]?.({
        inventory: crossed,
        random,
        nas,
        otherNas: others.length > 0 ? random.pick(others) : nas,
        cluster: random.pick(away),
        dataset: random.pick(lost),
        takenAt,
        orphans,
      }) ?? crossed;
  }
  return { inventory: crossed, config, orphans };
}

const groupOf = ({ name }: Named): string => name.slice(0, name.indexOf('-'));

function changeCluster(
  { inventory, cluster }: Crossing,
  change: (sections: ClusterInventory['sections']) => ClusterInventory['sections'],
): Inventory {
  const clusters = inventory.clusters.map((one) =>
    one === cluster ? { ...one, sections: change(one.sections) } : one,
  );
  return { ...inventory, clusters };
}

function changeNas(
  { inventory }: Crossing,
  nas: NasInventory,
  change: (sections: NasInventory['sections']) => NasInventory['sections'],
): Inventory {
  return {
    ...inventory,
    nases: inventory.nases.map((one) => (one === nas ? { ...one, sections: change(one.sections) } : one)),
  };
}

function addVolume(at: Crossing, change: Partial<PersistentVolume>): Inventory {
  return changeCluster(at, ({ persistentVolumes, ...rest }) => {
    const [first] = persistentVolumes.ok ? persistentVolumes.items : [];
    if (!persistentVolumes.ok || first === undefined) return { persistentVolumes, ...rest };
    const { csi: _, claim: __, provisionedBy: ___, ...plain } = first;
    const uid = at.random.uuid();
    const volume = { ...plain, name: `static-${uid}`, uid, phase: 'Available', ...change };
    return { ...rest, persistentVolumes: { ...persistentVolumes, items: [...persistentVolumes.items, volume] } };
  });
}

function csi({ random }: Crossing, handle: string): NonNullable<PersistentVolume['csi']> {
  return {
    driver: random.pick(['org.democratic-csi.nfs', 'csi.truenas.io', 'nfs.csi.example']),
    handle,
    attributes: {},
  };
}

function mapFirst<S extends { readonly ok: boolean }>(section: S, change: (item: ItemOf<S>) => ItemOf<S>): S {
  if (!section.ok) return section;
  const { items } = section as unknown as { readonly items: readonly ItemOf<S>[] };
  return { ...section, items: items.map((item, index) => (index === 0 ? change(item) : item)) };
}

type ItemOf<S> = Extract<S, { readonly items: readonly unknown[] }>['items'][number];

function leaf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function uidIn(name: string): string | undefined {
  return /pvc-([0-9a-f-]{36})/.exec(name)?.[1];
}

function snapshotOn({ nas, dataset }: Crossing): string | undefined {
  const { snapshots } = nas.sections;
  const own = snapshots.ok ? snapshots.items.find((one) => one.dataset === dataset.name) : undefined;
  return own && `${leaf(dataset.name)}@${own.snapshotName}`;
}

function driverNamedOn({ sections: { nfsShares } }: NasInventory): string {
  const comments = (nfsShares.ok ? nfsShares.items : []).map(({ comment }) =>
    /^democratic-csi \(([^)]+)\)/.exec(comment),
  );
  return comments.flatMap((found) => found?.[1] ?? [])[0] ?? 'none.example';
}
