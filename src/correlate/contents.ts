import type { Backend } from '../model/backend.ts';
import type { SectionRef } from '../model/collected.ts';
import type { ContentLink } from '../model/links.ts';
import { type ClusterIndex, read } from './cluster-index.ts';
import type { NasIndex } from './nas-index.ts';
import { replicaTest } from './replicas.ts';
import { indexUnknownServers } from './unknown-server.ts';

/** Links every VolumeSnapshotContent of a backend's driver to its ZFS snapshot or detached dataset. */
export function linkContents(
  clusters: ClusterIndex,
  nases: ReadonlyMap<string, NasIndex>,
  backends: readonly Backend[],
): ContentLink[] {
  const servers = indexUnknownServers(clusters, nases);
  return clusters.clusters.flatMap((cluster) =>
    read(cluster, 'volumeSnapshotContents').flatMap((content): ContentLink[] => {
      const ours = backends.filter((b) => b.cluster === cluster.name && b.driver === content.driver);
      const first = ours[0];
      if (first === undefined) return [];
      const handle = content.snapshotHandle ?? content.sourceSnapshotHandle;
      const backend = ours.find((b) => handle !== undefined && holds(b, handle, nases)) ?? first;
      const elsewhere = (of: string) =>
        servers.ofHandle(cluster.name, content.driver, content.sourceVolumeHandle ?? volumeOf(of));
      const backing = handle === undefined ? notYet : findBacking(handle, ours, nases, elsewhere);
      return [{ cluster: cluster.name, content, backend, backing }];
    }),
  );
}

/** `volume@snapshot`, or `volume/snapshot` of a detached one. */
function volumeOf(handle: string): string {
  return handle.slice(0, Math.max(handle.lastIndexOf('@'), handle.lastIndexOf('/')));
}

const notYet = { status: 'unknown', unread: [] } as const;

function holds(backend: Backend, handle: string, nases: ReadonlyMap<string, NasIndex>): boolean {
  const index = nases.get(backend.nas);
  return expected(handle, backend).some((name) => index?.snapshots.has(name) || index?.datasets.has(name));
}

/** Full names under which a handle may stand: `vol@snap` is a snapshot, democratic-csi's `vol/snap` a detached dataset. */
function expected(handle: string, backend: Backend): string[] {
  if (backend.family === 'truenas-csi') return [handle];
  const parents = handle.includes('@') ? backend.parents : backend.detachedParents;
  return parents.map((parent) => `${parent}/${handle}`);
}

function findBacking(
  handle: string,
  ours: readonly Backend[],
  nases: ReadonlyMap<string, NasIndex>,
  elsewhere: (handle: string) => readonly SectionRef[],
): ContentLink['backing'] {
  const kind = handle.includes('@') ? 'snapshot' : 'dataset';
  for (const backend of ours) {
    const index = nases.get(backend.nas);
    const name = expected(handle, backend).find((n) => index?.snapshots.has(n) || index?.datasets.has(n));
    if (name !== undefined) return { status: 'found', value: { nas: backend.nas, name, kind } };
  }
  for (const [nas, index] of nases) {
    const isReplica = replicaTest(index);
    const isOriginal = (dataset: string) => {
      const found = index.datasets.get(dataset);
      return found === undefined || !isReplica(found);
    };
    const name =
      kind === 'snapshot' ? snapshotEnding(handle, index, isOriginal) : datasetEnding(handle, index, isOriginal);
    if (name !== undefined) return { status: 'found', value: { nas, name, kind } };
  }
  if (ours.some((backend) => !nases.has(backend.nas))) return notYet;
  const lists = kind === 'snapshot' ? snapshotLists : datasetLists;
  const unread = [...[...nases.values()].flatMap((index) => index.unread(lists)), ...elsewhere(handle)];
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}

const datasetLists = ['datasets', 'replications'] as const;
const snapshotLists = ['snapshots', ...datasetLists] as const;

type IsOriginal = (dataset: string) => boolean;

function snapshotEnding(handle: string, index: NasIndex, isOriginal: IsOriginal): string | undefined {
  const at = handle.indexOf('@');
  const volume = handle.slice(0, at);
  const found = (index.snapshotsByName.get(handle.slice(at + 1)) ?? []).find(
    ({ dataset }) => (dataset === volume || dataset.endsWith(`/${volume}`)) && isOriginal(dataset),
  );
  return found?.name;
}

function datasetEnding(handle: string, index: NasIndex, isOriginal: IsOriginal): string | undefined {
  const leaf = handle.slice(handle.lastIndexOf('/') + 1);
  return (index.datasetsByLeaf.get(leaf) ?? []).find(({ name }) => name.endsWith(`/${handle}`) && isOriginal(name))
    ?.name;
}
