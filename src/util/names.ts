/** Text of ZFS and CSI names. A ZFS dataset name is a path without leading slash; a snapshot is `dataset@name`. */

import type { Dataset } from '../model/truenas.ts';

export function leafOf(dataset: string): string {
  return dataset.slice(dataset.lastIndexOf('/') + 1);
}

/** The dataset above, or undefined for a pool's root. */
export function parentOf(dataset: string): string | undefined {
  const slash = dataset.lastIndexOf('/');
  return slash < 0 ? undefined : dataset.slice(0, slash);
}

/** As findings name it. */
export function datasetKind({ type }: Pick<Dataset, 'type'>): 'Dataset' | 'Zvol' {
  return type === 'VOLUME' ? 'Zvol' : 'Dataset';
}

export function poolOf(dataset: string): string {
  const slash = dataset.indexOf('/');
  return slash < 0 ? dataset : dataset.slice(0, slash);
}

export function isBelow(dataset: string, ancestor: string): boolean {
  return dataset.startsWith(`${ancestor}/`);
}

export function isAtOrBelow(dataset: string, ancestor: string): boolean {
  return dataset === ancestor || isBelow(dataset, ancestor);
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const claimName = new RegExp(`^(?:vol_)?pvc-(${uuid})$`, 'i');
const snapshotName = new RegExp(`^snapshot-(${uuid})$`, 'i');
const claimNameInside = new RegExp(`pvc-(${uuid})`, 'i');

/** `pvc-<uid>` as external-provisioner names volumes: the UID of the claim. */
export function claimUidOf(csiName: string): string | undefined {
  return claimName.exec(csiName)?.[1]?.toLowerCase();
}

/** `snapshot-<uid>` as external-snapshotter names snapshots: the UID of the VolumeSnapshot. */
export function snapshotUidOf(name: string): string | undefined {
  return snapshotName.exec(name)?.[1]?.toLowerCase();
}

/** A `pvc-<uid>` anywhere inside a target, extent or share name. */
export function claimUidInside(text: string): string | undefined {
  return claimNameInside.exec(text)?.[1]?.toLowerCase();
}

/** Paths are compared without trailing slashes. */
export function trimPath(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
