import { type ClusterIndex, indexClusters } from '../../../src/correlate/cluster-index.ts';
import { indexNas, type NasIndex } from '../../../src/correlate/nas-index.ts';
import type { Backend } from '../../../src/model/backend.ts';
import type { FailedSection } from '../../../src/model/collected.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import type {
  Claim,
  ClusterInventory,
  ClusterSections,
  PersistentVolume,
  Pod,
  StorageClass,
  VolumeSnapshot,
  VolumeSnapshotContent,
  Workload,
} from '../../../src/model/kubernetes.ts';
import type {
  Dataset,
  IscsiExtent,
  IscsiTarget,
  IscsiTargetExtent,
  NasInventory,
  NasSections,
  NfsShare,
  NvmeNamespace,
  NvmeSubsystem,
  Replication,
  SmbShare,
  UserProperty,
  ZfsSnapshot,
} from '../../../src/model/truenas.ts';
import {
  iscsiDriver,
  makeDataset,
  makeMeta,
  nfsDriver,
  read,
  takenAt,
  trueNasDriver,
} from '../../support/make-inventory.ts';

export { iscsiDriver, makeDataset, makeMeta, nfsDriver, read, trueNasDriver };

/** The smallest inputs of correlate: every list was read and is empty, and a test says what is in it. */
export const uid = (digit: string): string => [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join('-');

export const failed = (message = 'no connection'): FailedSection => ({
  ok: false,
  error: { code: 'unreachable', message },
  takenAt,
});

export function makeCluster(
  sections: Partial<ClusterSections> = {},
  rest: Partial<Omit<ClusterInventory, 'sections'>> = {},
): ClusterInventory {
  return { name: 'prod', ...rest, sections: { ...emptyCluster, ...sections } };
}

export function makeNas(
  sections: Partial<NasSections> = {},
  rest: Partial<Omit<NasInventory, 'sections'>> = {},
): NasInventory {
  return { name: 'nas01', addresses: ['10.9.0.5'], ...rest, sections: { ...emptyNas, ...sections } };
}

export function makeInventory(clusters: readonly ClusterInventory[], nases: readonly NasInventory[] = []): Inventory {
  return { schemaVersion: 1, clusters, nases };
}

export function indexOfClusters(...clusters: ClusterInventory[]): ClusterIndex {
  return indexClusters(makeInventory(clusters));
}

export function indexOfNases(...nases: NasInventory[]): ReadonlyMap<string, NasIndex> {
  return new Map(nases.map((nas) => [nas.name, indexNas(nas)]));
}

export function makeBackend(rest: Partial<Backend> = {}): Backend {
  const { cluster = 'prod', driver = nfsDriver, nas = 'nas01' } = rest;
  return {
    ...{ id: `backend/${cluster}/${driver}@${nas}`, cluster, driver, nas },
    ...{ family: 'democratic-csi', protocol: 'nfs', parents: ['tank/k8s'], detachedParents: [] },
    ...{ exclusive: false, foundBy: 'config', ...rest },
  };
}

/** A volume of democratic-csi over NFS on nas01, unless `csi` says otherwise. */
export function makeVolume(name: string, rest: Partial<PersistentVolume> = {}): PersistentVolume {
  return {
    ...makeMeta(name),
    ...{ phase: 'Bound', reclaimPolicy: 'Delete', accessModes: [], mountOptions: [], plaintextSecretKeys: [] },
    ...{ provisionedBy: nfsDriver, csi: makeCsi(name), ...rest },
  };
}

/** Written by hand for an in-tree plugin: no driver has made it. */
export function makePlainVolume(name: string, rest: Partial<PersistentVolume> = {}): PersistentVolume {
  const { csi: _, provisionedBy: __, ...plain } = makeVolume(name);
  return { ...plain, ...rest };
}

export function makeCsi(
  handle: string,
  attributes: Readonly<Record<string, string>> = { provisioner_driver: 'freenas-nfs', server: '10.9.0.5' },
  driver = nfsDriver,
): NonNullable<PersistentVolume['csi']> {
  return { driver, handle, attributes };
}

export function makeClaim(name: string, rest: Partial<Claim> = {}): Claim {
  return {
    ...makeMeta(name),
    ...{ namespace: 'shop', phase: 'Bound', accessModes: [], conditions: [], ownerRefs: [], ...rest },
  };
}

export function makeClass(name: string, provisioner: string): StorageClass {
  return {
    ...makeMeta(name),
    ...{
      provisioner,
      reclaimPolicy: 'Delete',
      bindingMode: 'Immediate',
      allowVolumeExpansion: true,
      isDefault: false,
      parameters: {},
      mountOptions: [],
      plaintextSecretKeys: [],
    },
  };
}

export function makeStoragePod(name: string, storage: Partial<Pod['storage']> = {}, rest: Partial<Pod> = {}): Pod {
  return {
    ...makeMeta(name),
    ...{ namespace: 'shop', phase: 'Running', ownerRefs: [], containers: [] },
    storage: { claims: [], ephemeral: [], inline: [], ...storage },
    ...rest,
  };
}

export function makeWorkload(name: string, storage: Partial<Workload['storage']> = {}): Workload {
  return {
    ...makeMeta(name),
    ...{ kind: 'CronJob', namespace: 'shop', claimTemplates: [], ownerRefs: [] },
    storage: { claims: [], ephemeral: [], inline: [], ...storage },
  };
}

export function makeSnapshotObject(name: string, rest: Partial<VolumeSnapshot> = {}): VolumeSnapshot {
  return { ...makeMeta(name), namespace: 'shop', ...rest };
}

export function makeContent(name: string, rest: Partial<VolumeSnapshotContent> = {}): VolumeSnapshotContent {
  return {
    ...makeMeta(name),
    ...{ driver: nfsDriver, deletionPolicy: 'Delete', beingCreated: false, beingDeleted: false, ...rest },
  };
}

/** User properties of a dataset, each its own unless the source says otherwise. */
export function own(
  values: Readonly<Record<string, string>>,
  source: UserProperty['source'] = 'LOCAL',
): Readonly<Record<string, UserProperty>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`democratic-csi:${name}`, { value, source }]),
  );
}

export function makeZvol(name: string, rest: Partial<Dataset> = {}): Dataset {
  const { mountpoint: _, ...zvol } = makeDataset(name, { type: 'VOLUME', ...rest });
  return zvol;
}

export function makeZfsSnapshot(name: string, rest: Partial<ZfsSnapshot> = {}): ZfsSnapshot {
  const [dataset = '', snapshotName = ''] = name.split('@');
  return { name, dataset, snapshotName, userProperties: {}, userPropertiesRead: true, ...rest };
}

export function makeNfsShare(id: number, path: string, rest: Partial<NfsShare> = {}): NfsShare {
  return { id, paths: [path], comment: '', enabled: true, networks: [], hosts: [], ...rest };
}

export function makeSmbShare(id: number, name: string, rest: Partial<SmbShare> = {}): SmbShare {
  return { id, name, comment: '', enabled: true, ...rest };
}

export function makeExtent(id: number, name: string, rest: Partial<IscsiExtent> = {}): IscsiExtent {
  return { id, name, type: 'DISK', comment: '', enabled: true, ...rest };
}

export function makeTarget(id: number, name: string, rest: Partial<IscsiTarget> = {}): IscsiTarget {
  return { id, name, groups: [], ...rest };
}

export function makeTargetExtent(id: number, target: number, extent: number): IscsiTargetExtent {
  return { id, target, extent, lun: 0 };
}

export function makeNamespace(id: number, subsystem: number, rest: Partial<NvmeNamespace> = {}): NvmeNamespace {
  return { id, subsystem, deviceType: 'ZVOL', enabled: true, ...rest };
}

export function makeSubsystem(id: number, name: string, rest: Partial<NvmeSubsystem> = {}): NvmeSubsystem {
  return { id, name, ...rest };
}

export function makeReplication(targetDataset: string, rest: Partial<Replication> = {}): Replication {
  return {
    ...{ id: 1, name: 'nightly', direction: 'PULL', transport: 'SSH', sourceDatasets: ['flash/k8s'], targetDataset },
    ...{ recursive: true, namingSchemas: [], enabled: true, ...rest },
  };
}

const empty = read<never>([]);

const emptyCluster: ClusterSections = {
  persistentVolumes: empty,
  claims: empty,
  storageClasses: empty,
  volumeSnapshots: empty,
  volumeSnapshotContents: empty,
  volumeSnapshotClasses: empty,
  volumeAttachments: empty,
  csiDrivers: empty,
  csiNodes: empty,
  nodes: empty,
  namespaces: empty,
  pods: empty,
  workloads: empty,
  events: empty,
  backupTools: empty,
  leases: empty,
  access: empty,
};

const emptyNas: NasSections = {
  system: empty,
  pools: empty,
  datasets: empty,
  snapshots: empty,
  nfsShares: empty,
  smbShares: empty,
  iscsiTargets: empty,
  iscsiExtents: empty,
  iscsiTargetExtents: empty,
  iscsiPortals: empty,
  iscsiInitiators: empty,
  iscsiGlobal: empty,
  nvmeSubsystems: empty,
  nvmeNamespaces: empty,
  nvmePorts: empty,
  snapshotTasks: empty,
  replications: empty,
  alerts: empty,
  services: empty,
  iscsiSessions: empty,
  nfsClients: empty,
  smbSessions: empty,
  nvmeSessions: empty,
  account: empty,
  apiKeys: empty,
};
