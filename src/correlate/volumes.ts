import type { Backend } from '../model/backend.ts';
import type { Lookup, SectionRef } from '../model/collected.ts';
import type { PersistentVolume, Pod } from '../model/kubernetes.ts';
import type { ShareRef, VolumeLink } from '../model/links.ts';
import type { Dataset, NasSectionName } from '../model/truenas.ts';
import { groupBy } from '../util/groups.ts';
import { trimPath } from '../util/names.ts';
import { type ClusterIndex, claimKey, read } from './cluster-index.ts';
import { driverTraits, iqnOf, nfsPathOf, serverOf } from './drivers.ts';
import type { NasIndex } from './nas-index.ts';
import { replicaTest } from './replicas.ts';
import { indexUnknownServers, type UnknownServers, unknownServerWords } from './unknown-server.ts';

/** Links every PersistentVolume of a driver we know to the dataset it stands on. */
export function linkVolumes(
  clusters: ClusterIndex,
  nases: ReadonlyMap<string, NasIndex>,
  backends: readonly Backend[],
): VolumeLink[] {
  const backendsOf = groupBy(backends, ({ cluster, driver }) => `${cluster} ${driver}`);
  const replicaTests = new Map([...nases].map(([name, index]) => [name, replicaTest(index)]));
  const servers = indexUnknownServers(clusters, nases);
  return clusters.clusters.flatMap((cluster) =>
    read(cluster, 'persistentVolumes').flatMap((volume): VolumeLink[] => {
      const traits = driverTraits(volume);
      const declared = backendsOf.get(`${cluster.name} ${volume.csi?.driver}`) ?? [];
      if (traits === undefined && declared.length === 0) return [];
      const mountedBy = findPods(clusters, cluster.name, volume);
      const base = { cluster: cluster.name, volume, mountedBy };
      const backend = traits?.outOfReach === undefined ? backendOfVolume(volume, declared, nases) : undefined;
      if (backend === undefined) {
        const outOfReach = traits?.outOfReach ?? unknownServerWords(volume);
        const reach = traits?.reach ?? (serverOf(volume) === undefined ? 'notFound' : 'otherServer');
        return [{ ...base, outOfReach, reach, backing: nothingKnown, share: nothingKnown }];
      }
      const backing = findBacking(volume, backend, nases, replicaTests, servers);
      const share: Lookup<ShareRef> =
        backing.status === 'found' ? findShare(volume, backend, backing.value, nases) : nothingKnown;
      return [{ ...base, backend, backing, share }];
    }),
  );
}

const nothingKnown = { status: 'unknown', unread: [] } as const;

function backendOfVolume(
  volume: PersistentVolume,
  declared: readonly Backend[],
  nases: ReadonlyMap<string, NasIndex>,
): Backend | undefined {
  if (declared.length < 2) return declared[0];
  const server = serverOf(volume);
  const byServer = declared.filter((b) => server !== undefined && nases.get(b.nas)?.nas.addresses.includes(server));
  if (byServer.length === 1) return byServer[0];
  const holding = declared.filter((b) => expectedNames(volume, b).some((name) => nases.get(b.nas)?.datasets.has(name)));
  return holding[0] ?? byServer[0] ?? declared[0];
}

function expectedNames(volume: PersistentVolume, backend: Backend): string[] {
  const handle = volume.csi?.handle ?? '';
  return backend.family === 'truenas-csi' ? [handle] : backend.parents.map((parent) => `${parent}/${handle}`);
}

function findBacking(
  volume: PersistentVolume,
  backend: Backend,
  nases: ReadonlyMap<string, NasIndex>,
  replicaTests: ReadonlyMap<string, (dataset: Dataset) => boolean>,
  servers: UnknownServers,
): VolumeLink['backing'] {
  const home = nases.get(backend.nas);
  if (home === undefined) return nothingKnown;
  for (const name of expectedNames(volume, backend)) {
    const dataset = home.datasets.get(name);
    if (dataset !== undefined) return { status: 'found', value: { nas: backend.nas, dataset, by: 'name' } };
  }
  const unread: SectionRef[] = [];
  for (const [nas, index] of nases) {
    const isOriginal = (dataset: Dataset) => !replicaTests.get(nas)?.(dataset);
    const handle = volume.csi?.handle ?? '';
    const byCsiName = [
      ...(index.datasetsByCsiName.get(volume.name) ?? []),
      ...(index.datasetsByCsiName.get(handle) ?? []),
      ...(index.datasetsByLeaf.get(handle.slice(handle.lastIndexOf('/') + 1)) ?? []),
    ].find(isOriginal);
    if (byCsiName !== undefined) return { status: 'found', value: { nas, dataset: byCsiName, by: 'csiName' } };
    unread.push(...index.unread(['datasets', 'replications']));
  }
  const path = nfsPathOf(volume);
  const byPath = path === undefined ? undefined : home.datasetsByMountpoint.get(trimPath(path));
  if (byPath !== undefined) return { status: 'found', value: { nas: backend.nas, dataset: byPath, by: 'sharePath' } };
  const iqn = iqnOf(volume);
  if (iqn !== undefined) {
    const byExtent = datasetOfIqn(iqn, home);
    if (byExtent !== undefined)
      return { status: 'found', value: { nas: backend.nas, dataset: byExtent, by: 'extent' } };
    unread.push(...home.unread(['iscsiGlobal', 'iscsiTargets', 'iscsiExtents', 'iscsiTargetExtents']));
  }
  unread.push(...servers.ofVolume(backend.cluster, volume));
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}

/** Every zvol behind a target, in the order of its extents. */
export function datasetsOfIqn(iqn: string, index: NasIndex): Dataset[] {
  const target = index.targetsByIqn.get(iqn) ?? index.targetsByIqn.get(iqn.slice(iqn.lastIndexOf(':') + 1));
  if (target === undefined) return [];
  const zvols = (index.extentsOfTarget.get(target.id) ?? []).flatMap((extent) => extent.zvol ?? []);
  return zvols.flatMap((zvol) => index.datasets.get(zvol) ?? []);
}

export function datasetOfIqn(iqn: string, index: NasIndex): Dataset | undefined {
  return datasetsOfIqn(iqn, index)[0];
}

const shareSections = {
  nfs: ['nfsShares'],
  smb: ['smbShares'],
  iscsi: ['iscsiTargets', 'iscsiExtents', 'iscsiTargetExtents'],
  nvmeof: ['nvmeNamespaces', 'nvmeSubsystems'],
} as const satisfies Record<string, readonly NasSectionName[]>;

/** What serves the dataset to the nodes. A disabled share serves nobody. */
function findShare(
  volume: PersistentVolume,
  backend: Backend,
  at: { readonly nas: string; readonly dataset: Dataset },
  nases: ReadonlyMap<string, NasIndex>,
): Lookup<ShareRef> {
  const index = nases.get(at.nas);
  const protocol = protocolOf(volume, backend, at.dataset);
  if (index === undefined || protocol === undefined) return nothingKnown;
  if (at.dataset.locked) return { status: 'unknown', unread: [lockedRef(at)] };
  const found = sharesOfDataset(at.dataset, index).find((share) => share.protocol === protocol && share.isEnabled);
  if (found !== undefined) return { status: 'found', value: found.ref };
  if ((protocol === 'nfs' || protocol === 'smb') && at.dataset.mountpoint === undefined) return nothingKnown;
  const unread = [...index.unread(shareSections[protocol]), ...otherServer(volume, index, shareSections[protocol][0])];
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}

/** A copy has the name of the original: what serves a volume of another server says nothing about it. */
function otherServer(volume: PersistentVolume, { nas }: NasIndex, name: NasSectionName): readonly SectionRef[] {
  const server = serverOf(volume);
  if (server === undefined || nas.addresses.includes(server)) return [];
  return [
    { source: `nas/${nas.name}`, name, because: `its server ${server} is not known as an address of ${nas.name}` },
  ];
}

function lockedRef(at: { readonly nas: string; readonly dataset: Dataset }): SectionRef {
  return { source: `nas/${at.nas}`, name: 'datasets', because: `${at.dataset.name} is locked` };
}

export type ShareProtocol = keyof typeof shareSections;

function protocolOf(volume: PersistentVolume, backend: Backend, dataset: Dataset): ShareProtocol | undefined {
  const own = driverTraits(volume)?.protocol ?? backend.protocol;
  if (own === 'mixed' || own === 'unknown') return dataset.type === 'FILESYSTEM' ? 'nfs' : undefined;
  return own;
}

/** Every share, extent and namespace that serves a dataset, disabled ones too. */
export function sharesOfDataset(
  dataset: Dataset,
  index: NasIndex,
): { readonly protocol: ShareProtocol; readonly ref: ShareRef; readonly isEnabled: boolean }[] {
  const nas = index.nas.name;
  const path = dataset.mountpoint === undefined ? undefined : trimPath(dataset.mountpoint);
  const nfs = path === undefined ? [] : (index.nfsByPath.get(path) ?? []);
  const smb = path === undefined ? [] : (index.smbByPath.get(path) ?? []);
  const extents = index.extentsByZvol.get(dataset.name) ?? [];
  const namespaces = index.namespacesByZvol.get(dataset.name) ?? [];
  return [
    ...nfs.map((share) => ({
      protocol: 'nfs' as const,
      ref: { nas, kind: 'NfsShare' as const, id: share.id, name: share.paths[0] ?? '' },
      isEnabled: share.enabled,
    })),
    ...smb.map((share) => ({
      protocol: 'smb' as const,
      ref: { nas, kind: 'SmbShare' as const, id: share.id, name: share.name },
      isEnabled: share.enabled,
    })),
    ...extents.map((extent) => ({
      protocol: 'iscsi' as const,
      ref: { nas, kind: 'IscsiExtent' as const, id: extent.id, name: extent.name },
      isEnabled: extent.enabled && (index.targetsOfExtent.get(extent.id) ?? []).length > 0,
    })),
    ...namespaces.map((namespace) => ({
      protocol: 'nvmeof' as const,
      ref: { nas, kind: 'NvmeNamespace' as const, id: namespace.id, name: namespace.zvol ?? '' },
      isEnabled: namespace.enabled && index.subsystemsById.has(namespace.subsystem),
    })),
  ];
}

function findPods(clusters: ClusterIndex, cluster: string, volume: PersistentVolume): Lookup<readonly Pod[]> {
  if (volume.claim === undefined) return { status: 'absent' };
  const pods = clusters.podsOfClaim.get(claimKey(cluster, volume.claim.namespace, volume.claim.name));
  if (pods !== undefined) return { status: 'found', value: pods };
  const unread = clusters.unread([cluster], ['pods']);
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}
