import type { Lookup } from '../model/collected.ts';
import type { InlineVolume } from '../model/kubernetes.ts';
import type { Use, VolumeLink } from '../model/links.ts';
import type { Dataset } from '../model/truenas.ts';
import { addTo } from '../util/groups.ts';
import { trimPath } from '../util/names.ts';
import { type ClusterIndex, read } from './cluster-index.ts';
import { iqnOf, nfsPathOf, placeOfInline, serverOf } from './drivers.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';
import { datasetOfIqn } from './volumes.ts';

/** `nas dataset` → who uses it, as far as the lists that were read tell. */
export type UsesByDataset = ReadonlyMap<string, readonly Use[]>;

export function useKey(nas: string, dataset: string): string {
  return `${nas} ${dataset}`;
}

/**
 * Everything that points at a dataset from anywhere: PersistentVolumes of any driver and any cluster, static volumes,
 * pods' and workloads' inline volumes, live sessions.
 */
export function findUses(
  clusters: ClusterIndex,
  nases: ReadonlyMap<string, NasIndex>,
  volumes: readonly VolumeLink[],
): UsesByDataset {
  const uses = new Map<string, Use[]>();
  for (const link of volumes) {
    if (link.backing.status !== 'found') continue;
    const { nas, dataset } = link.backing.value;
    const from = `cluster/${link.cluster} persistentVolumes`;
    addTo(uses, useKey(nas, dataset.name), { kind: 'persistentVolume', name: link.volume.name, from });
  }
  const settled = new Set(volumes.flatMap(settledByName));
  for (const cluster of clusters.clusters) {
    for (const volume of read(cluster, 'persistentVolumes')) {
      const from = `cluster/${cluster.name} persistentVolumes`;
      const use: Use = { kind: 'staticVolume', name: volume.name, from };
      const place = placeOf(serverOf(volume), nfsPathOf(volume), iqnOf(volume));
      for (const at of datasetsAt(place, nases)) addTo(uses, useKey(at.nas, at.dataset.name), use);
      const handle = volume.csi?.handle;
      if (handle === undefined || settled.has(`${cluster.name} ${volume.uid}`)) continue;
      for (const at of datasetsNamed(handle, volume.name, nases)) addTo(uses, useKey(at.nas, at.dataset.name), use);
    }
    for (const { owner, inline } of inlineVolumes(clusters, cluster.name)) {
      const { server, path, iqn } = placeOfInline(inline);
      const use: Use = { kind: 'inlineVolume', name: owner, from: `cluster/${cluster.name} pods` };
      for (const at of datasetsAt(placeOf(server, path, iqn), nases)) addTo(uses, useKey(at.nas, at.dataset.name), use);
    }
  }
  for (const index of nases.values()) addSessions(index, uses);
  return uses;
}

/** A volume whose dataset stands where it should does not use another dataset that only has the same name. */
function settledByName(link: VolumeLink): string[] {
  const isSettled = link.backing.status === 'found' && link.backing.value.by === 'name';
  return isSettled ? [`${link.cluster} ${link.volume.uid}`] : [];
}

interface Place {
  readonly server?: string;
  readonly path?: string;
  readonly iqn?: string;
}

function placeOf(server: string | undefined, path: string | undefined, iqn: string | undefined): Place {
  return {
    ...(server !== undefined && { server }),
    ...(path !== undefined && { path }),
    ...(iqn !== undefined && { iqn }),
  };
}

interface At {
  readonly nas: string;
  readonly dataset: Dataset;
}

/** A server that is none of ours may still be one of them under another name: then every NAS is looked at. */
function datasetsAt(place: Place, nases: ReadonlyMap<string, NasIndex>): At[] {
  if (place.path === undefined && place.iqn === undefined) return [];
  const all = [...nases.values()];
  const named = all.filter((index) => place.server !== undefined && index.nas.addresses.includes(place.server));
  return (named.length > 0 ? named : all).flatMap((index) => {
    const byPath = place.path === undefined ? undefined : datasetHolding(place.path, index);
    const byIqn = place.iqn === undefined ? undefined : datasetOfIqn(place.iqn, index);
    return [byPath, byIqn].flatMap((dataset) => (dataset === undefined ? [] : [{ nas: index.nas.name, dataset }]));
  });
}

/** The dataset whose mountpoint is the path or the nearest above it. */
function datasetHolding(path: string, index: NasIndex): Dataset | undefined {
  for (let at = trimPath(path); at.length > 1; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const dataset = index.datasetsByMountpoint.get(at);
    if (dataset !== undefined) return dataset;
  }
  return undefined;
}

function datasetsNamed(handle: string, volume: string, nases: ReadonlyMap<string, NasIndex>): At[] {
  return [...nases.values()].flatMap((index) => {
    const whole = index.datasets.get(handle);
    const named = new Set([
      ...(whole === undefined ? [] : [whole]),
      ...(index.datasetsByLeaf.get(handle) ?? []),
      ...(index.datasetsByCsiName.get(handle) ?? []),
      ...(index.datasetsByCsiName.get(volume) ?? []),
    ]);
    return [...named].map((dataset) => ({ nas: index.nas.name, dataset }));
  });
}

function inlineVolumes(clusters: ClusterIndex, name: string): { owner: string; inline: InlineVolume }[] {
  return clusters.clusters
    .filter((cluster) => cluster.name === name)
    .flatMap((cluster) => [...read(cluster, 'pods'), ...read(cluster, 'workloads')])
    .flatMap((owner) => owner.storage.inline.map((inline) => ({ owner: `${owner.namespace}/${owner.name}`, inline })));
}

function addSessions(index: NasIndex, uses: Map<string, Use[]>): void {
  const nas = index.nas.name;
  const add = (dataset: Dataset | undefined, name: string, section: string) => {
    if (dataset === undefined) return;
    addTo(uses, useKey(nas, dataset.name), { kind: 'session', name, from: `nas/${nas} ${section}` });
  };
  for (const session of itemsOf(index.nas, 'iscsiSessions')) {
    if (session.object !== undefined) add(datasetOfIqn(session.object, index), session.client, 'iscsiSessions');
  }
  for (const session of itemsOf(index.nas, 'nfsClients')) {
    if (session.object === undefined) continue;
    add(index.datasetsByMountpoint.get(trimPath(session.object)), session.client, 'nfsClients');
  }
  const smbShares = new Map(itemsOf(index.nas, 'smbShares').map((share) => [share.name.toLowerCase(), share]));
  for (const session of itemsOf(index.nas, 'smbSessions')) {
    const path = smbShares.get(session.object?.toLowerCase() ?? '')?.path;
    if (path !== undefined) add(index.datasetsByMountpoint.get(trimPath(path)), session.client, 'smbSessions');
  }
  const subsystems = itemsOf(index.nas, 'nvmeSubsystems');
  const namespaces = itemsOf(index.nas, 'nvmeNamespaces');
  for (const session of itemsOf(index.nas, 'nvmeSessions')) {
    const named = subsystems.filter((item) => item.name === session.object || item.nqn === session.object);
    for (const namespace of namespaces.filter((item) => named.some((subsystem) => subsystem.id === item.subsystem))) {
      add(
        namespace.zvol === undefined ? undefined : index.datasets.get(namespace.zvol),
        session.client,
        'nvmeSessions',
      );
    }
  }
}

/** Two questions to both sides as one: found by either, absent only when both say so. */
export function bothUses(a: Lookup<readonly Use[]>, b: Lookup<readonly Use[]>): Lookup<readonly Use[]> {
  if (a.status === 'found') return b.status === 'found' ? { status: 'found', value: [...a.value, ...b.value] } : a;
  if (b.status === 'found' || a.status === 'absent') return b;
  return b.status === 'absent' ? a : { status: 'unknown', unread: [...a.unread, ...b.unread] };
}
