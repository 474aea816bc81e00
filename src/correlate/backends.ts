import type { Backend } from '../model/backend.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ClusterInventory, PersistentVolume } from '../model/kubernetes.ts';
import type { DeclaredBackend } from '../model/options.ts';
import type { Dataset } from '../model/truenas.ts';
import { groupBy } from '../util/groups.ts';
import { parentOf, trimPath } from '../util/names.ts';
import { read } from './cluster-index.ts';
import { type DriverTraits, driverTraits, familyOfName, nfsPathOf, serverOf } from './drivers.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';
import { democraticComment } from './proofs.ts';
import { type KnownUnder, knownUnder } from './served-by.ts';

export function backendId(cluster: string, driver: string, nas: string): string {
  return `backend/${cluster}/${driver}@${nas}`;
}

/**
 * Which driver of which cluster keeps its volumes where. Config comes first; what config leaves out is filled in from
 * volumes, and drivers that config does not name are inferred from their volumes' servers and datasets, or from share
 * comments that name a driver which some cluster has a StorageClass for.
 */
export function findBackends(
  inventory: Inventory,
  declared: readonly DeclaredBackend[],
  nases: ReadonlyMap<string, NasIndex>,
): Backend[] {
  const found = new Map<string, Backend>();
  const known = knownUnder(nases);
  const comments = new Map([...nases].map(([name, index]) => [name, commentsByDriver(index)]));
  for (const backend of declared) mergeInto(found, fromConfig(backend));
  for (const cluster of inventory.clusters) {
    const hasOwn = (driver: string) => declared.some((b) => b.cluster === cluster.name && b.driver === driver);
    for (const learnt of fromDriverConfigs(cluster, nases)) {
      const before = found.get(learnt.id);
      if (before !== undefined) found.set(learnt.id, fillIn(before, learnt));
      else if (!hasOwn(learnt.driver)) mergeInto(found, learnt);
    }
    for (const [driver, volumes] of ourVolumesByDriver(cluster)) {
      for (const seen of fromVolumes(cluster, driver, volumes, nases, known)) {
        const before = found.get(seen.id);
        if (before !== undefined) found.set(seen.id, fillIn(before, seen));
        else if (!hasOwn(driver)) found.set(seen.id, seen);
      }
    }
    for (const seen of fromShareComments(cluster, comments)) {
      const hasSome = [...found.values()].some((b) => b.cluster === cluster.name && b.driver === seen.driver);
      if (!hasSome) found.set(seen.id, seen);
    }
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function fromConfig(declared: DeclaredBackend): Backend {
  return {
    id: backendId(declared.cluster, declared.driver, declared.nas),
    cluster: declared.cluster,
    driver: declared.driver,
    family: declared.family ?? familyOfName(declared.driver),
    nas: declared.nas,
    protocol: declared.protocol ?? 'unknown',
    parents: (declared.parents ?? []).map(trimPath),
    detachedParents: (declared.detachedParents ?? []).map(trimPath),
    exclusive: declared.exclusive ?? false,
    ...(declared.instanceId !== undefined && { instanceId: declared.instanceId }),
    foundBy: declared.foundBy ?? 'config',
  };
}

function mergeInto(found: Map<string, Backend>, backend: Backend): void {
  const known = found.get(backend.id);
  if (known === undefined) {
    found.set(backend.id, backend);
    return;
  }
  found.set(backend.id, {
    ...known,
    parents: union(known.parents, backend.parents),
    detachedParents: union(known.detachedParents, backend.detachedParents),
    exclusive: known.exclusive && backend.exclusive,
    protocol: known.protocol === backend.protocol ? known.protocol : 'mixed',
  });
}

/** What config says stands; only what it leaves open is learnt from volumes. */
function fillIn(declared: Backend, seen: Backend): Backend {
  return {
    ...declared,
    family: seen.family,
    protocol: declared.protocol === 'unknown' ? seen.protocol : declared.protocol,
    parents: declared.parents.length === 0 ? seen.parents : declared.parents,
    detachedParents: declared.detachedParents.length === 0 ? seen.detachedParents : declared.detachedParents,
    ...(declared.instanceId === undefined && seen.instanceId !== undefined && { instanceId: seen.instanceId }),
  };
}

/** A driver's own config counts where its addresses name exactly one of our NASes. */
function fromDriverConfigs(cluster: ClusterInventory, nases: ReadonlyMap<string, NasIndex>): Backend[] {
  return (cluster.driverConfigs ?? []).flatMap((config) => {
    const named = [...nases.values()].filter(({ nas }) => nas.addresses.some((name) => config.hosts.includes(name)));
    const nas = named.length === 1 ? named[0]?.nas.name : undefined;
    if (nas === undefined) return [];
    return [
      fromConfig({
        ...{ cluster: cluster.name, driver: config.driver, nas, family: 'democratic-csi', protocol: config.protocol },
        parents: [config.parent],
        ...(config.detachedParent !== undefined && { detachedParents: [config.detachedParent] }),
        ...(config.instanceId !== undefined && { instanceId: config.instanceId }),
        foundBy: 'driverSecret',
      }),
    ];
  });
}

function ourVolumesByDriver(cluster: ClusterInventory): Map<string, Traited[]> {
  const ours = read(cluster, 'persistentVolumes').flatMap((volume) => {
    const traits = driverTraits(volume);
    return traits === undefined || traits.outOfReach !== undefined ? [] : [{ volume, traits }];
  });
  return groupBy(ours, ({ volume }) => volume.csi?.driver ?? '');
}

interface Traited {
  readonly volume: PersistentVolume;
  readonly traits: DriverTraits;
}

function fromVolumes(
  cluster: ClusterInventory,
  driver: string,
  volumes: readonly Traited[],
  nases: ReadonlyMap<string, NasIndex>,
  known: KnownUnder,
): Backend[] {
  const placed = volumes.flatMap((traited) => {
    const nas = nasOfVolume(traited.volume, nases, known);
    return nas === undefined ? [] : [{ ...traited, nas, dataset: datasetOfVolume(traited, nas) }];
  });
  const backends: Backend[] = [];
  for (const [nas, here] of groupBy(placed, (place) => place.nas)) {
    const parents = here.flatMap(({ dataset, volume, traits }) => {
      const name = dataset?.name ?? (traits.family === 'truenas-csi' ? volume.csi?.handle : undefined);
      const parent = name === undefined ? undefined : parentOf(name);
      return parent === undefined ? [] : [parent];
    });
    const protocols = union(
      here.map(({ traits }) => traits.protocol),
      [],
    );
    const instances = union(
      here.flatMap(({ traits }) => (traits.instanceId === undefined ? [] : [traits.instanceId])),
      [],
    );
    backends.push({
      id: backendId(cluster.name, driver, nas.nas.name),
      cluster: cluster.name,
      driver,
      family: here[0]?.traits.family ?? familyOfName(driver),
      nas: nas.nas.name,
      protocol: protocols.length === 1 ? (protocols[0] ?? 'unknown') : 'mixed',
      parents: union(parents, []),
      detachedParents: detachedParentsSeen(cluster, driver, nas),
      exclusive: false,
      ...(instances.length === 1 && instances[0] !== undefined && { instanceId: instances[0] }),
      foundBy: 'volumes',
    });
  }
  return backends;
}

/** By the address in the volume; where that names none of ours, by the one NAS that holds the volume's dataset. */
export function nasOfVolume(
  volume: PersistentVolume,
  nases: ReadonlyMap<string, NasIndex>,
  known = knownUnder(nases),
): NasIndex | undefined {
  const named = known(serverOf(volume));
  if (named.length === 1) return named[0];
  const traits = driverTraits(volume);
  if (traits === undefined) return undefined;
  const holding = [...nases.values()].filter((index) => datasetOfVolume({ volume, traits }, index) !== undefined);
  return holding.length === 1 ? holding[0] : undefined;
}

function datasetOfVolume({ volume, traits }: Traited, index: NasIndex): Dataset | undefined {
  const handle = volume.csi?.handle ?? '';
  if (traits.family === 'truenas-csi') return index.datasets.get(handle);
  const byName = index.datasetsByCsiName.get(volume.name) ?? [];
  if (byName.length === 1) return byName[0];
  const path = nfsPathOf(volume);
  const byPath = path === undefined ? undefined : index.datasetsByMountpoint.get(trimPath(path));
  if (byPath !== undefined) return byPath;
  const byLeaf = index.datasetsByLeaf.get(handle) ?? [];
  return byLeaf.length === 1 ? byLeaf[0] : undefined;
}

/** Detached snapshots have handles `<volume>/<snapshot>`; the parent is what stands before that in a dataset's name. */
function detachedParentsSeen(cluster: ClusterInventory, driver: string, index: NasIndex): string[] {
  const parents = read(cluster, 'volumeSnapshotContents').flatMap((content) => {
    const handle = content.snapshotHandle;
    if (content.driver !== driver || handle === undefined || handle.includes('@') || !handle.includes('/')) return [];
    const leaf = handle.slice(handle.lastIndexOf('/') + 1);
    return (index.datasetsByLeaf.get(leaf) ?? [])
      .filter((dataset) => dataset.name.endsWith(`/${handle}`))
      .map((dataset) => dataset.name.slice(0, -handle.length - 1));
  });
  return union(parents, []);
}

/** NAS → driver → parents of the datasets that its NFS shares name. */
type CommentsOf = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** democratic-csi writes `democratic-csi (<driver>): <dataset>` on its NFS shares. */
function commentsByDriver(index: NasIndex): ReadonlyMap<string, readonly string[]> {
  const named = itemsOf(index.nas, 'nfsShares').flatMap((share) => democraticComment(share.comment) ?? []);
  const parents = groupBy(named, ({ driver }) => driver);
  return new Map([...parents].map(([driver, all]) => [driver, all.flatMap(({ dataset }) => parentOf(dataset) ?? [])]));
}

function fromShareComments(cluster: ClusterInventory, comments: CommentsOf): Backend[] {
  const drivers = new Set(read(cluster, 'storageClasses').map((item) => item.provisioner));
  return [...comments].flatMap(([nas, byDriver]) =>
    [...byDriver].flatMap(([driver, parents]): Backend[] => {
      if (!drivers.has(driver)) return [];
      return [
        {
          id: backendId(cluster.name, driver, nas),
          cluster: cluster.name,
          driver,
          family: 'democratic-csi',
          nas,
          protocol: 'nfs',
          parents: union(parents, []),
          detachedParents: [],
          exclusive: false,
          foundBy: 'properties',
        },
      ];
    }),
  );
}

function union<T extends string>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Set([...a, ...b])].sort();
}
