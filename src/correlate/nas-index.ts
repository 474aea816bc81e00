import type { SectionRef } from '../model/collected.ts';
import type {
  Dataset,
  IscsiExtent,
  IscsiTarget,
  NasInventory,
  NasSectionName,
  NasSections,
  NfsShare,
  NvmeNamespace,
  NvmeSubsystem,
  SmbShare,
  UserProperty,
  ZfsSnapshot,
} from '../model/truenas.ts';
import { addTo } from '../util/groups.ts';
import { leafOf, parentOf, trimPath } from '../util/names.ts';

/** Everything of one NAS that was read, indexed once. Maps of a section that failed are empty: ask `unread` first. */
export interface NasIndex {
  readonly nas: NasInventory;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly datasetsByLeaf: ReadonlyMap<string, readonly Dataset[]>;
  readonly datasetsByCsiName: ReadonlyMap<string, readonly Dataset[]>;
  readonly datasetsByMountpoint: ReadonlyMap<string, Dataset>;
  readonly childrenOf: ReadonlyMap<string, readonly Dataset[]>;
  /** Snapshot full name → datasets cloned from it. */
  readonly clonesOfSnapshot: ReadonlyMap<string, readonly string[]>;
  /** Dataset → those of its snapshots that have clones, once for each clone. */
  readonly cloneOriginsOfDataset: ReadonlyMap<string, readonly string[]>;
  /** Dataset → its clones (through any of its snapshots). */
  readonly clonesOfDataset: ReadonlyMap<string, readonly string[]>;
  readonly snapshots: ReadonlyMap<string, ZfsSnapshot>;
  readonly snapshotsByName: ReadonlyMap<string, readonly ZfsSnapshot[]>;
  readonly snapshotsOfDataset: ReadonlyMap<string, readonly ZfsSnapshot[]>;
  readonly nfsByPath: ReadonlyMap<string, readonly NfsShare[]>;
  readonly smbByPath: ReadonlyMap<string, readonly SmbShare[]>;
  /** By its name in small letters. */
  readonly smbByName: ReadonlyMap<string, SmbShare>;
  readonly extentsByZvol: ReadonlyMap<string, readonly IscsiExtent[]>;
  readonly extentsById: ReadonlyMap<number, IscsiExtent>;
  readonly targetsById: ReadonlyMap<number, IscsiTarget>;
  readonly targetsByIqn: ReadonlyMap<string, IscsiTarget>;
  readonly targetsOfExtent: ReadonlyMap<number, readonly IscsiTarget[]>;
  readonly extentsOfTarget: ReadonlyMap<number, readonly IscsiExtent[]>;
  readonly namespacesByZvol: ReadonlyMap<string, readonly NvmeNamespace[]>;
  readonly subsystemsById: ReadonlyMap<number, NvmeSubsystem>;
  /** Of the sections named, those that were not read completely. */
  unread(names: readonly NasSectionName[]): SectionRef[];
}

export function indexNas(nas: NasInventory): NasIndex {
  return {
    nas,
    ...indexDatasets(itemsOf(nas, 'datasets')),
    ...indexSnapshots(itemsOf(nas, 'snapshots')),
    ...indexFileShares(nas),
    ...indexBlockDevices(nas),
    unread: (names) => names.flatMap((name) => unreadSection(nas, name)),
  };
}

function indexDatasets(items: readonly Dataset[]) {
  const datasets = new Map(items.map((dataset) => [dataset.name, dataset]));
  const datasetsByLeaf = new Map<string, Dataset[]>();
  const datasetsByCsiName = new Map<string, Dataset[]>();
  const datasetsByMountpoint = new Map<string, Dataset>();
  const childrenOf = new Map<string, Dataset[]>();
  const clonesOfSnapshot = new Map<string, string[]>();
  const clonesOfDataset = new Map<string, string[]>();
  const cloneOriginsOfDataset = new Map<string, string[]>();
  for (const dataset of items) {
    addTo(datasetsByLeaf, leafOf(dataset.name), dataset);
    const csiName = ownProperty(dataset, datasets, 'democratic-csi:csi_volume_name');
    if (csiName !== undefined) addTo(datasetsByCsiName, csiName, dataset);
    if (dataset.mountpoint !== undefined) datasetsByMountpoint.set(trimPath(dataset.mountpoint), dataset);
    const parent = parentOf(dataset.name);
    if (parent !== undefined) addTo(childrenOf, parent, dataset);
    if (dataset.origin !== undefined) {
      addTo(clonesOfSnapshot, dataset.origin, dataset.name);
      const source = dataset.origin.slice(0, dataset.origin.indexOf('@'));
      addTo(clonesOfDataset, source, dataset.name);
      addTo(cloneOriginsOfDataset, source, dataset.origin);
    }
  }
  return {
    datasets,
    datasetsByLeaf,
    datasetsByCsiName,
    datasetsByMountpoint,
    childrenOf,
    clonesOfSnapshot,
    clonesOfDataset,
    cloneOriginsOfDataset,
  };
}

function indexSnapshots(items: readonly ZfsSnapshot[]) {
  const snapshots = new Map<string, ZfsSnapshot>();
  const snapshotsByName = new Map<string, ZfsSnapshot[]>();
  const snapshotsOfDataset = new Map<string, ZfsSnapshot[]>();
  for (const snapshot of items) {
    snapshots.set(snapshot.name, snapshot);
    addTo(snapshotsByName, snapshot.snapshotName, snapshot);
    addTo(snapshotsOfDataset, snapshot.dataset, snapshot);
  }
  return { snapshots, snapshotsByName, snapshotsOfDataset };
}

function indexFileShares(nas: NasInventory) {
  const nfsByPath = new Map<string, NfsShare[]>();
  for (const share of itemsOf(nas, 'nfsShares')) {
    for (const path of share.paths) addTo(nfsByPath, trimPath(path), share);
  }
  const smbByPath = new Map<string, SmbShare[]>();
  const smbByName = new Map<string, SmbShare>();
  for (const share of itemsOf(nas, 'smbShares')) {
    smbByName.set(share.name.toLowerCase(), share);
    if (share.path !== undefined) addTo(smbByPath, trimPath(share.path), share);
  }
  return { nfsByPath, smbByPath, smbByName };
}

function indexBlockDevices(nas: NasInventory) {
  const extentsByZvol = new Map<string, IscsiExtent[]>();
  const extentsById = new Map<number, IscsiExtent>();
  for (const extent of itemsOf(nas, 'iscsiExtents')) {
    extentsById.set(extent.id, extent);
    if (extent.zvol !== undefined) addTo(extentsByZvol, extent.zvol, extent);
  }
  const basename = itemsOf(nas, 'iscsiGlobal')[0]?.basename;
  const targetsById = new Map<number, IscsiTarget>();
  const targetsByIqn = new Map<string, IscsiTarget>();
  for (const target of itemsOf(nas, 'iscsiTargets')) {
    targetsById.set(target.id, target);
    targetsByIqn.set(target.name, target);
    if (basename !== undefined) targetsByIqn.set(`${basename}:${target.name}`, target);
  }
  const targetsOfExtent = new Map<number, IscsiTarget[]>();
  const extentsOfTarget = new Map<number, IscsiExtent[]>();
  for (const link of itemsOf(nas, 'iscsiTargetExtents')) {
    const target = targetsById.get(link.target);
    const extent = extentsById.get(link.extent);
    if (target !== undefined) addTo(targetsOfExtent, link.extent, target);
    if (extent !== undefined) addTo(extentsOfTarget, link.target, extent);
  }
  const namespacesByZvol = new Map<string, NvmeNamespace[]>();
  for (const namespace of itemsOf(nas, 'nvmeNamespaces')) {
    if (namespace.zvol !== undefined) addTo(namespacesByZvol, namespace.zvol, namespace);
  }
  const subsystemsById = new Map(itemsOf(nas, 'nvmeSubsystems').map((subsystem) => [subsystem.id, subsystem]));
  return {
    extentsByZvol,
    extentsById,
    targetsById,
    targetsByIqn,
    targetsOfExtent,
    extentsOfTarget,
    namespacesByZvol,
    subsystemsById,
  };
}

type ItemOf<N extends NasSectionName> = Extract<NasSections[N], { readonly ok: true }>['items'][number];

/** What was read of a section; empty when it failed. Only for looking things *up*, never for concluding absence. */
export function itemsOf<N extends NasSectionName>(nas: NasInventory, name: N): readonly ItemOf<N>[] {
  const section = nas.sections[name];
  return section.ok ? (section.items as readonly ItemOf<N>[]) : [];
}

function unreadSection(nas: NasInventory, name: NasSectionName): SectionRef[] {
  const section = nas.sections[name];
  return section.ok ? [] : [{ source: `nas/${nas.name}`, name, because: section.error.message }];
}

/**
 * A dataset's own value of a user property. ZFS hands properties down, and from 25.10 on the NAS calls every one LOCAL:
 * a value equal to the parent's is then taken as inherited.
 */
export function ownProperty(
  dataset: Dataset,
  datasets: ReadonlyMap<string, Dataset>,
  name: string,
): string | undefined {
  const property: UserProperty | undefined = dataset.userProperties[name];
  if (property === undefined || property.value === '' || property.value === '-') return undefined;
  if (property.source === 'INHERITED') return undefined;
  if (property.source === 'UNKNOWN') {
    const above = parentOf(dataset.name);
    const inherited = above === undefined ? undefined : datasets.get(above)?.userProperties[name];
    if (inherited?.value === property.value) return undefined;
  }
  return property.value;
}
