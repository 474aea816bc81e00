import type { Backend } from '../model/backend.ts';
import type { Lookup, SectionRef } from '../model/collected.ts';
import type { ClusterSectionName } from '../model/kubernetes.ts';
import type { DatasetLink, Proof, ShareRef, Use } from '../model/links.ts';
import type { Dataset, NasSectionName, ZfsSnapshot } from '../model/truenas.ts';
import { claimUidOf, leafOf } from '../util/names.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { usesOfDetached } from './content-uses.ts';
import { contradictedBlockLists, contradictedClusters } from './contradictions.ts';
import { type Coverage, type CoverageOf, pickFrom } from './coverage.ts';
import { type NasIndex, ownProperty } from './nas-index.ts';
import { proofsOfDataset } from './proofs.ts';
import { replicaTest } from './replicas.ts';
import { type MayServe, mayServe } from './served-by.ts';
import { bothUses, type UsesByDataset, useKey } from './uses.ts';
import { sharesOfDataset } from './volumes.ts';

/** Lists in which a reference to a dataset could stand. Only when all of them were read is a dataset unused. */
const referencingSections: readonly ClusterSectionName[] = ['persistentVolumes', 'claims', 'pods', 'workloads'];

/** Links every dataset that stands below a backend's parent to whatever refers to it. */
export function linkDatasets(
  clusters: ClusterIndex,
  nases: ReadonlyMap<string, NasIndex>,
  coverageOf: CoverageOf,
  uses: UsesByDataset,
): DatasetLink[] {
  const isServedBy = mayServe(nases);
  return [...nases.values()].flatMap((index) => {
    const isReplica = replicaTest(index);
    return [...index.datasets.values()].flatMap((dataset): DatasetLink[] => {
      const coverage = coverageOf(index.nas.name, dataset.name);
      if (coverage === undefined) return [];
      const proofs = proofsOfDataset(dataset, index);
      const backend = pickFrom(coverage, proofs, dataset.type);
      const csiName = ownProperty(dataset, index.datasets, 'democratic-csi:csi_volume_name') ?? leafOf(dataset.name);
      const claimUid = claimUidOf(csiName) ?? claimUidOf(leafOf(dataset.name));
      const role =
        backend === undefined ? 'foreign' : roleOf(dataset, coverage, backend, proofs, index, clusters, isReplica);
      const ownUses = usesOf(dataset, claimUid, backend, clusters, index, uses, isServedBy);
      return [
        {
          nas: index.nas.name,
          dataset,
          ...(backend !== undefined && { backend }),
          role,
          proofs,
          csiName,
          ...(claimUid !== undefined && { claimUid }),
          uses:
            role === 'detachedSnapshot' ? bothUses(ownUses, usesOfDetached(dataset.name, backend, clusters)) : ownUses,
          cloneOrigins: index.cloneOriginsOfDataset.get(dataset.name) ?? [],
          clones: index.clonesOfDataset.get(dataset.name) ?? [],
          children: (index.childrenOf.get(dataset.name) ?? []).map((child) => child.name),
          contents: contentsOf(dataset, index, clusters),
          snapshots: snapshotsOf(dataset, index),
          shares: sharesLookup(dataset, index),
        },
      ];
    });
  });
}

function roleOf(
  dataset: Dataset,
  coverage: Coverage,
  backend: Backend,
  proofs: readonly Proof[],
  index: NasIndex,
  clusters: ClusterIndex,
  isReplica: (dataset: Dataset) => boolean,
): DatasetLink['role'] {
  if (isReplica(dataset)) return 'replica';
  if (coverage.kind === 'detachedParent') {
    if (coverage.depth === 1)
      return isDetachedContainer(dataset, backend, proofs, index, clusters) ? 'detachedContainer' : 'foreign';
    const isSnapshot = ownProperty(dataset, index.datasets, 'democratic-csi:csi_snapshot_name') !== undefined;
    return coverage.depth === 2 && isSnapshot ? 'detachedSnapshot' : 'child';
  }
  if (coverage.depth > 1) return 'child';
  if (backend.family === 'truenas-csi') {
    return proofs.some((proof) => proof.kind === 'namePattern' || proof.kind === 'shareComment') ? 'volume' : 'foreign';
  }
  if (!proofs.some((proof) => proof.kind === 'csiProperty')) return 'foreign';
  const isFinished = ownProperty(dataset, index.datasets, 'democratic-csi:provision_success') === 'true';
  return isFinished || !dataset.userPropertiesRead ? 'volume' : 'incomplete';
}

/** A container has no marks of its own and the name of a volume: one by its pattern, or one that is or was there. */
function isDetachedContainer(
  dataset: Dataset,
  backend: Backend,
  proofs: readonly Proof[],
  index: NasIndex,
  clusters: ClusterIndex,
): boolean {
  if (dataset.type !== 'FILESYSTEM' || proofs.some((proof) => proof.kind === 'csiProperty')) return false;
  const name = leafOf(dataset.name);
  return (
    claimUidOf(name) !== undefined ||
    backend.parents.some((parent) => index.datasets.has(`${parent}/${name}`)) ||
    clusters.volumesByHandle.has(name)
  );
}

function usesOf(
  dataset: Dataset,
  claimUid: string | undefined,
  backend: Backend | undefined,
  clusters: ClusterIndex,
  index: NasIndex,
  uses: UsesByDataset,
  isServedBy: MayServe,
): Lookup<readonly Use[]> {
  const found: Use[] = [...(uses.get(useKey(index.nas.name, dataset.name)) ?? [])];
  const claim = claimUid === undefined ? undefined : clusters.claimsByUid.get(claimUid);
  if (claim !== undefined) {
    const name = `${claim.item.namespace}/${claim.item.name}`;
    found.push({ kind: 'claim', name, from: `cluster/${claim.cluster} claims` });
  }
  if (found.length > 0) return { status: 'found', value: found };
  const unread = unreadReferences(backend, dataset.type, clusters, index, isServedBy);
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}

/** Whoever is connected now uses it: sessions belong to the lists without which nothing is unused. */
const fileSections: readonly NasSectionName[] = ['datasets', 'replications', 'nfsClients', 'smbSessions'];
const blockSections: readonly NasSectionName[] = [
  'datasets',
  'replications',
  'iscsiGlobal',
  'iscsiTargets',
  'iscsiExtents',
  'iscsiTargetExtents',
  'iscsiSessions',
  'nvmeSessions',
];

/** An exclusive backend's volumes can only be used by its own cluster. */
function unreadReferences(
  backend: Backend | undefined,
  type: Dataset['type'],
  clusters: ClusterIndex,
  index: NasIndex,
  isServedBy: MayServe,
): SectionRef[] {
  const which = backend?.exclusive === true ? [backend.cluster] : 'every';
  const isBlock = type === 'VOLUME';
  const nasSections: readonly NasSectionName[] = isBlock ? blockSections : fileSections;
  return [
    ...clusters.unread(which, referencingSections),
    ...contradictedClusters(clusters, which),
    ...index.unread(nasSections),
    ...(isBlock ? contradictedBlockLists(clusters, index, isServedBy) : []),
  ];
}

function snapshotsOf(dataset: Dataset, index: NasIndex): Lookup<readonly ZfsSnapshot[]> {
  const found = index.snapshotsOfDataset.get(dataset.name);
  if (found !== undefined) return { status: 'found', value: found };
  const unread = index.unread(['snapshots']);
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}

/** By the full name or, as democratic-csi writes handles, by the last part of the dataset's. */
function contentsOf(dataset: Dataset, index: NasIndex, clusters: ClusterIndex): string[] {
  const known = (index.snapshotsOfDataset.get(dataset.name) ?? []).filter(({ snapshotName }) =>
    clusters.contentsByLeaf.has(snapshotName),
  );
  const names = known.flatMap(({ snapshotName }) => [
    `${dataset.name}@${snapshotName}`,
    `${leafOf(dataset.name)}@${snapshotName}`,
  ]);
  const found = names.flatMap((handle) => clusters.contentsByHandle.get(handle) ?? []);
  return [...new Set(found.map(({ cluster, item }) => `${cluster}/${item.name}`))];
}

function sharesLookup(dataset: Dataset, index: NasIndex): Lookup<readonly ShareRef[]> {
  const found = sharesOfDataset(dataset, index).map((share) => share.ref);
  if (found.length > 0) return { status: 'found', value: found };
  const unread = index.unread(['nfsShares', 'smbShares', 'iscsiExtents', 'nvmeNamespaces']);
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}
