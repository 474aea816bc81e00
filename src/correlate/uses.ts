import type { Lookup } from '../model/collected.ts';
import type { ClusterInventory, InlineVolume } from '../model/kubernetes.ts';
import type { Use, VolumeLink } from '../model/links.ts';
import type { Dataset } from '../model/truenas.ts';
import { addTo } from '../util/groups.ts';
import { trimPath } from '../util/names.ts';
import { type ClusterIndex, read } from './cluster-index.ts';
import { type Place, placeOfInline, placeOfVolume } from './drivers.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';
import { type SessionSection, sessionSections } from './pointers.ts';
import { type KnownUnder, knownUnder } from './served-by.ts';
import { datasetsOfIqn } from './volumes.ts';

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
  const reach: Reach = { all: [...nases.values()], known: knownUnder(nases) };
  const settled = new Set(volumes.flatMap(settledByName));
  for (const cluster of clusters.clusters) {
    for (const volume of read(cluster, 'persistentVolumes')) {
      const from = `cluster/${cluster.name} persistentVolumes`;
      const use: Use = { kind: 'staticVolume', name: volume.name, from };
      for (const at of datasetsAt(placeOfVolume(volume), reach)) addTo(uses, useKey(at.nas, at.dataset.name), use);
      const handle = volume.csi?.handle;
      if (handle === undefined || settled.has(`${cluster.name} ${volume.uid}`)) continue;
      for (const at of datasetsNamed(handle, volume.name, nases)) addTo(uses, useKey(at.nas, at.dataset.name), use);
    }
    for (const { owner, inline } of inlineVolumes(cluster)) {
      const use: Use = { kind: 'inlineVolume', name: owner, from: `cluster/${cluster.name} pods` };
      for (const at of datasetsAt(placeOfInline(inline), reach)) addTo(uses, useKey(at.nas, at.dataset.name), use);
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

interface Reach {
  readonly all: readonly NasIndex[];
  readonly known: KnownUnder;
}

interface At {
  readonly nas: string;
  readonly dataset: Dataset;
}

/** A server that is none of ours may still be one of them under another name: then every NAS is looked at. */
function datasetsAt({ server, ...names }: Place, { all, known }: Reach): At[] {
  const named = known(server);
  return (named.length > 0 ? named : all).flatMap((index) =>
    datasetsNamedBy(names, index).map((dataset) => ({ nas: index.nas.name, dataset })),
  );
}

function datasetsNamedBy({ path, smbShare, iqn, nqn }: Omit<Place, 'server'>, index: NasIndex): Dataset[] {
  return [
    ...(path === undefined ? [] : datasetsHolding(path, index)),
    ...(smbShare === undefined ? [] : datasetsOfSmbShare(smbShare, index)),
    ...(iqn === undefined ? [] : datasetsOfIqn(iqn, index)),
    ...(nqn === undefined ? [] : datasetsOfSubsystem(nqn, index)),
  ];
}

/** The dataset whose mountpoint is the path or the nearest above it. */
function datasetsHolding(path: string, index: NasIndex): Dataset[] {
  for (let at = trimPath(path); at.length > 1; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    const dataset = index.datasetsByMountpoint.get(at);
    if (dataset !== undefined) return [dataset];
  }
  return [];
}

function datasetsOfSmbShare(name: string, index: NasIndex): Dataset[] {
  return datasetsHolding(index.smbByName.get(name)?.path ?? '', index);
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

function inlineVolumes(cluster: ClusterInventory): { owner: string; inline: InlineVolume }[] {
  return [...read(cluster, 'pods'), ...read(cluster, 'workloads')].flatMap(({ namespace, name, storage }) =>
    storage.inline.map((inline) => ({ owner: `${namespace}/${name}`, inline })),
  );
}

function addSessions(index: NasIndex, uses: Map<string, Use[]>): void {
  const { nas } = index;
  const datasetsOf: Readonly<Record<SessionSection, (object: string) => readonly Dataset[]>> = {
    iscsiSessions: (target) => datasetsOfIqn(target, index),
    nfsClients: (path) => datasetsHolding(path, index),
    smbSessions: (share) => datasetsOfSmbShare(share.toLowerCase(), index),
    nvmeSessions: (subsystem) => datasetsOfSubsystem(subsystem, index),
  };
  for (const section of sessionSections) {
    for (const { object, client } of itemsOf(nas, section)) {
      if (object === undefined) continue;
      const use: Use = { kind: 'session', name: client, from: `nas/${nas.name} ${section}` };
      for (const dataset of datasetsOf[section](object)) addTo(uses, useKey(nas.name, dataset.name), use);
    }
  }
}

function datasetsOfSubsystem(named: string, index: NasIndex): Dataset[] {
  const subsystems = itemsOf(index.nas, 'nvmeSubsystems').filter(({ name, nqn }) => name === named || nqn === named);
  const ids = subsystems.map(({ id }) => id);
  return itemsOf(index.nas, 'nvmeNamespaces')
    .filter(({ subsystem }) => ids.includes(subsystem))
    .flatMap(({ zvol }) => index.datasets.get(zvol ?? '') ?? []);
}

/** Two questions to both sides as one: found by either, absent only when both say so. */
export function bothUses(a: Lookup<readonly Use[]>, b: Lookup<readonly Use[]>): Lookup<readonly Use[]> {
  if (a.status === 'found') return b.status === 'found' ? { status: 'found', value: [...a.value, ...b.value] } : a;
  if (b.status === 'found' || a.status === 'absent') return b;
  return b.status === 'absent' ? a : { status: 'unknown', unread: [...a.unread, ...b.unread] };
}
