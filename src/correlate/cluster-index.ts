import type { SectionRef } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import type {
  Claim,
  ClusterInventory,
  ClusterSectionName,
  ClusterSections,
  PersistentVolume,
  Pod,
  VolumeSnapshot,
  VolumeSnapshotContent,
} from '../model/kubernetes.ts';
import { addTo } from '../util/groups.ts';
import { snapshotUidOf } from '../util/names.ts';

export interface InCluster<T> {
  readonly cluster: string;
  readonly item: T;
}

/** Every cluster that was read, indexed once by the names under which the NAS side may know its objects. */
export interface ClusterIndex {
  readonly clusters: readonly ClusterInventory[];
  readonly volumesByHandle: ReadonlyMap<string, readonly InCluster<PersistentVolume>[]>;
  readonly volumesByName: ReadonlyMap<string, readonly InCluster<PersistentVolume>[]>;
  readonly claimsByUid: ReadonlyMap<string, InCluster<Claim>>;
  /** `cluster namespace/name` → pods that mount the claim and are not finished. */
  readonly podsOfClaim: ReadonlyMap<string, readonly Pod[]>;
  readonly contentsByHandle: ReadonlyMap<string, readonly InCluster<VolumeSnapshotContent>[]>;
  /** Last part of a handle (`…@snapshot-1`, `…/snapshot-1`) → contents. */
  readonly contentsByLeaf: ReadonlyMap<string, readonly InCluster<VolumeSnapshotContent>[]>;
  readonly snapshotsByUid: ReadonlyMap<string, InCluster<VolumeSnapshot>>;
  readonly contentsByUidOfSnapshot: ReadonlyMap<string, readonly InCluster<VolumeSnapshotContent>[]>;
  unread(clusters: readonly string[] | 'every', names: readonly ClusterSectionName[]): SectionRef[];
}

export function indexClusters(inventory: Inventory): ClusterIndex {
  const volumesByHandle = new Map<string, InCluster<PersistentVolume>[]>();
  const volumesByName = new Map<string, InCluster<PersistentVolume>[]>();
  const claimsByUid = new Map<string, InCluster<Claim>>();
  const podsOfClaim = new Map<string, Pod[]>();
  const contentsByHandle = new Map<string, InCluster<VolumeSnapshotContent>[]>();
  const contentsByLeaf = new Map<string, InCluster<VolumeSnapshotContent>[]>();
  const snapshotsByUid = new Map<string, InCluster<VolumeSnapshot>>();
  const contentsByUidOfSnapshot = new Map<string, InCluster<VolumeSnapshotContent>[]>();
  for (const cluster of inventory.clusters) {
    const { name } = cluster;
    for (const item of read(cluster, 'persistentVolumes')) {
      addTo(volumesByName, item.name, { cluster: name, item });
      if (item.csi !== undefined) addTo(volumesByHandle, item.csi.handle, { cluster: name, item });
    }
    for (const item of read(cluster, 'claims')) claimsByUid.set(item.uid.toLowerCase(), { cluster: name, item });
    for (const pod of read(cluster, 'pods')) {
      if (pod.phase === 'Succeeded' || pod.phase === 'Failed') continue;
      for (const claim of claimsOfPod(pod)) addTo(podsOfClaim, claimKey(name, pod.namespace, claim), pod);
    }
    for (const item of read(cluster, 'volumeSnapshots'))
      snapshotsByUid.set(item.uid.toLowerCase(), { cluster: name, item });
    for (const item of read(cluster, 'volumeSnapshotContents')) {
      const entry = { cluster: name, item };
      for (const handle of new Set([item.snapshotHandle, item.sourceSnapshotHandle])) {
        if (handle === undefined) continue;
        addTo(contentsByHandle, handle, entry);
        addTo(contentsByLeaf, handle.slice(Math.max(handle.lastIndexOf('@'), handle.lastIndexOf('/')) + 1), entry);
      }
      const uid = uidOfContent(item);
      if (uid !== undefined) addTo(contentsByUidOfSnapshot, uid.toLowerCase(), entry);
    }
  }
  return {
    clusters: inventory.clusters,
    volumesByHandle,
    volumesByName,
    claimsByUid,
    podsOfClaim,
    contentsByHandle,
    contentsByLeaf,
    snapshotsByUid,
    contentsByUidOfSnapshot,
    unread: (names, sections) =>
      inventory.clusters
        .filter((cluster) => names === 'every' || names.includes(cluster.name))
        .flatMap((cluster) => sections.flatMap((section) => unreadSection(cluster, section))),
  };
}

type ItemOf<N extends ClusterSectionName> = Extract<ClusterSections[N], { readonly ok: true }>['items'][number];

/** What was read of a section; empty when it failed. Only for looking things *up*, never for concluding absence. */
export function read<N extends ClusterSectionName>(cluster: ClusterInventory, name: N): readonly ItemOf<N>[] {
  const section = cluster.sections[name];
  return section.ok ? (section.items as readonly ItemOf<N>[]) : [];
}

function unreadSection(cluster: ClusterInventory, name: ClusterSectionName): SectionRef[] {
  const section = cluster.sections[name];
  return section.ok ? [] : [{ source: `cluster/${cluster.name}`, name, because: section.error.message }];
}

export function claimKey(cluster: string, namespace: string, claim: string): string {
  return `${cluster} ${namespace}/${claim}`;
}

/** Claims that a pod names, those of its generic ephemeral volumes included. */
export function claimsOfPod(pod: Pod): string[] {
  return [...pod.storage.claims, ...pod.storage.ephemeral.map((volume) => `${pod.name}-${volume}`)];
}

/** Of the VolumeSnapshot that it was made for. */
export function uidOfContent({ name, snapshotRef }: VolumeSnapshotContent): string | undefined {
  if (snapshotRef?.uid !== undefined) return snapshotRef.uid;
  return name.startsWith('snapcontent-') ? snapshotUidOf(`snapshot-${name.slice('snapcontent-'.length)}`) : undefined;
}
