import type { ClusterInventory } from '../model/kubernetes.ts';
import type { ClusterKeys, NasKeys } from '../model/share.ts';
import type { NasInventory } from '../model/truenas.ts';
import { claimUidInside, leafOf, parentOf, snapshotUidOf, trimPath } from '../util/names.ts';
import { read, uidOfContent } from './cluster-index.ts';
import { driverTraits, type Place, placeOfInline, placeOfVolume, serverOf } from './drivers.ts';
import { itemsOf } from './nas-index.ts';
import { shortName } from './pointers.ts';
import { democraticComment } from './proofs.ts';

/**
 * The texts by which the two sides can find one another. Whatever `correlate` looks up of a cluster on a NAS, or the other
 * way round, both have a key in common for it; a key too many costs time, one too few would cost a verdict.
 *
 * `l:` last part of a name, `u:` UID, `p:` path or one above it, `=` exactly this path, `s:` SMB share, `i:` iSCSI target,
 * `n:` NVMe-oF.
 */
export function keysOfNas(nas: NasInventory): NasKeys {
  const keys = new Set<string>();
  const copies = new Set<string>();
  const drivers = new Set<string>();
  const addName = (name: string) => {
    keys.add(`l:${leafOf(name)}`);
    addUid(keys, name);
  };
  for (const dataset of itemsOf(nas, 'datasets')) {
    addName(dataset.name);
    const csiName = dataset.userProperties['democratic-csi:csi_volume_name']?.value;
    if (csiName !== undefined) {
      keys.add(`l:${csiName}`);
      addUid(keys, csiName);
      copies.add(`l:${csiName}`);
    }
    if (dataset.mountpoint === undefined) continue;
    const isRoot = parentOf(dataset.name) === undefined;
    keys.add(`${isRoot ? '=' : 'p:'}${trimPath(dataset.mountpoint)}`);
  }
  for (const { dataset, snapshotName } of itemsOf(nas, 'snapshots')) {
    addName(dataset);
    addUid(keys, snapshotName);
  }
  for (const share of itemsOf(nas, 'nfsShares')) {
    for (const path of share.paths) addPath(keys, path);
    const comment = democraticComment(share.comment);
    if (comment !== undefined) drivers.add(comment.driver);
  }
  for (const share of itemsOf(nas, 'smbShares')) {
    keys.add(`s:${share.name.toLowerCase()}`);
    addUid(keys, share.name);
    if (share.path !== undefined) addPath(keys, share.path);
  }
  for (const { name, zvol } of itemsOf(nas, 'iscsiExtents')) {
    addUid(keys, name);
    if (zvol !== undefined) addName(zvol);
  }
  for (const { name } of itemsOf(nas, 'iscsiTargets')) {
    keys.add(`i:${shortName(name)}`);
    addUid(keys, name);
  }
  for (const { zvol } of itemsOf(nas, 'nvmeNamespaces')) if (zvol !== undefined) addName(zvol);
  for (const { name, nqn } of itemsOf(nas, 'nvmeSubsystems')) {
    addUid(keys, name);
    if (nqn !== undefined) keys.add(`n:${nqn}`);
  }
  return { keys, copies, drivers: [...drivers] };
}

/** A claim's UID is also the name that its volume would have. */
function addUid(keys: Set<string>, text: string): void {
  const claim = claimUidInside(text);
  if (claim !== undefined) keys.add(`u:${claim}`).add(`l:pvc-${claim}`);
  const snapshot = snapshotUidOf(leafOf(text));
  if (snapshot !== undefined) keys.add(`u:${snapshot}`);
}

function addPath(keys: Set<string>, path: string): void {
  keys.add(`=${trimPath(path)}`).add(`l:${leafOf(trimPath(path))}`);
  addUid(keys, path);
}

export function keysOfCluster(cluster: ClusterInventory): ClusterKeys {
  const keys = new Set<string>();
  const pointers = new Map<string, Set<string>>();
  const placedBy = new Map<string, Set<string>>();
  const point = (place: Place) => addPointer(setOf(pointers, place.server ?? ''), place);
  for (const volume of read(cluster, 'persistentVolumes')) {
    const server = serverOf(volume);
    keys.add(`l:${volume.name}`);
    if (volume.csi !== undefined) keys.add(`l:${volume.csi.handle}`).add(`l:${leafOf(volume.csi.handle)}`);
    point(placeOfVolume(volume));
    const traits = driverTraits(volume);
    if (volume.csi !== undefined && traits !== undefined && traits.outOfReach === undefined && server !== undefined)
      setOf(placedBy, volume.csi.driver).add(server);
  }
  for (const owner of [...read(cluster, 'pods'), ...read(cluster, 'workloads')]) {
    for (const inline of owner.storage.inline) point(placeOfInline(inline));
  }
  for (const claim of read(cluster, 'claims')) keys.add(`u:${claim.uid.toLowerCase()}`);
  for (const snapshot of read(cluster, 'volumeSnapshots')) keys.add(`u:${snapshot.uid.toLowerCase()}`);
  for (const content of read(cluster, 'volumeSnapshotContents')) {
    for (const handle of [content.snapshotHandle, content.sourceSnapshotHandle]) {
      if (handle !== undefined) addHandle(keys, handle);
    }
    const uid = uidOfContent(content);
    if (uid !== undefined) keys.add(`u:${uid.toLowerCase()}`);
  }
  return {
    keys,
    pointers,
    placedBy: [...placedBy].map(([driver, servers]) => ({ driver, servers: [...servers] })),
    provisioners: [...new Set(read(cluster, 'storageClasses').map(({ provisioner }) => provisioner))],
  };
}

/** `…volume@snapshot`, or `volume/snapshot` of a detached one. */
function addHandle(keys: Set<string>, handle: string): void {
  const name = handle.slice(Math.max(handle.lastIndexOf('@'), handle.lastIndexOf('/')) + 1);
  keys.add(`l:${name}`).add(`l:${leafOf(handle.split('@', 1)[0] ?? handle)}`);
  const uid = snapshotUidOf(name);
  if (uid !== undefined) keys.add(`u:${uid}`);
}

function addPointer(to: Set<string>, { smbShare, iqn, nqn, ...place }: Place): void {
  if (smbShare !== undefined) to.add(`s:${smbShare}`);
  if (iqn !== undefined) to.add(`i:${shortName(iqn)}`);
  if (nqn !== undefined) to.add(`n:${nqn}`);
  if (place.path === undefined) return;
  const path = trimPath(place.path);
  to.add(`=${path}`);
  for (let at = path; at.length > 1; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) to.add(`p:${at}`);
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const known = map.get(key) ?? new Set<string>();
  map.set(key, known);
  return known;
}
