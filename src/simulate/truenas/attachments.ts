import type { DatasetState, NasState } from '../estate.ts';
import { Failure } from './failure.ts';

/** The state without shares, extents, namespaces and tasks of these datasets: what TrueNAS removes before it destroys. */
export function removeAttachments(state: NasState, datasets: readonly DatasetState[]): NasState {
  const names = new Set(datasets.map(({ name }) => name));
  const mounts = datasets
    .filter(({ type }) => type === 'FILESYSTEM')
    .map(({ name, mountpoint }) => mountpoint ?? `/mnt/${name}`);
  const isBelow = (path: string) => mounts.some((mount) => path === mount || path.startsWith(`${mount}/`));
  const extents = new Set(state.iscsi.extents.filter(({ zvol }) => names.has(zvol)).map(({ id }) => id));
  return {
    ...state,
    nfsShares: state.nfsShares.filter(({ path }) => !isBelow(path)),
    smbShares: state.smbShares.filter(({ path }) => !isBelow(path)),
    iscsi: {
      ...state.iscsi,
      extents: state.iscsi.extents.filter(({ id }) => !extents.has(id)),
      targetExtents: state.iscsi.targetExtents.filter(({ extent }) => !extents.has(extent)),
    },
    nvme: { ...state.nvme, namespaces: state.nvme.namespaces.filter(({ zvol }) => !names.has(zvol)) },
    snapshotTasks: state.snapshotTasks.filter(({ dataset }) => !names.has(dataset)),
  };
}

/** The targets through which a zvol is reached, each with the number of its sessions. */
export function targetsOfZvol(
  state: NasState,
  zvol: string,
): readonly { readonly id: number; readonly sessions: number }[] {
  const { extents, targetExtents } = state.iscsi;
  const ids = new Set(extents.filter((extent) => extent.zvol === zvol).map(({ id }) => id));
  return targetExtents
    .filter(({ extent }) => ids.has(extent))
    .map(({ target }) => ({ id: target, sessions: sessionsOf(state, target) }));
}

function sessionsOf(state: NasState, target: number): number {
  const name = state.iscsi.targets.find(({ id }) => id === target)?.name;
  return state.iscsi.sessions.filter((session) => session.target === name || session.target.endsWith(`:${name}`))
    .length;
}

/** `sharing.nfs.delete`, `sharing.smb.delete`, `pool.snapshottask.delete`, `replication.delete` */
export function deleteRow(
  state: NasState,
  list: 'nfsShares' | 'smbShares' | 'snapshotTasks' | 'replications',
  id: number,
): NasState {
  return { ...state, [list]: without<{ readonly id: number }>(state[list], id) };
}

/** `iscsi.target.delete`: with its links; not while somebody is connected, unless forced. */
export function deleteTarget(state: NasState, id: number, force: boolean, withExtents: boolean): NasState {
  const targets = without(state.iscsi.targets, id);
  refuseConnected(state, id, force);
  const links = state.iscsi.targetExtents.filter(({ target }) => target === id);
  const gone = new Set(withExtents ? links.map(({ extent }) => extent) : []);
  return {
    ...state,
    iscsi: {
      ...state.iscsi,
      targets,
      extents: state.iscsi.extents.filter((extent) => !gone.has(extent.id)),
      targetExtents: state.iscsi.targetExtents.filter(({ target, extent }) => target !== id && !gone.has(extent)),
    },
  };
}

/** `iscsi.extent.delete`: with its links, likewise. */
export function deleteExtent(state: NasState, id: number, force: boolean): NasState {
  const extents = without(state.iscsi.extents, id);
  const links = state.iscsi.targetExtents.filter(({ extent }) => extent === id);
  for (const { target } of links) refuseConnected(state, target, force);
  const targetExtents = state.iscsi.targetExtents.filter((link) => !links.includes(link));
  return { ...state, iscsi: { ...state.iscsi, extents, targetExtents } };
}

/** `iscsi.targetextent.delete` */
export function deleteTargetExtent(state: NasState, id: number, force: boolean): NasState {
  const targetExtents = without(state.iscsi.targetExtents, id);
  const link = state.iscsi.targetExtents.find((candidate) => candidate.id === id);
  refuseConnected(state, link?.target ?? -1, force);
  return { ...state, iscsi: { ...state.iscsi, targetExtents } };
}

function refuseConnected(state: NasState, target: number, force: boolean): void {
  if (force || sessionsOf(state, target) === 0) return;
  throw new Failure('busy', `[EBUSY] Target ${target} is in use`);
}

function without<T extends { readonly id: number }>(rows: readonly T[], id: number): readonly T[] {
  const left = rows.filter((row) => row.id !== id);
  if (left.length === rows.length) throw new Failure('instanceNotFound', `${id} does not exist`);
  return left;
}
