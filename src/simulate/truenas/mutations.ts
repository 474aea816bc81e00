import type { DatasetState, NasState, SnapshotState } from '../estate.ts';
import { removeAttachments, targetsOfZvol } from './attachments.ts';
import { Failure } from './failure.ts';
import { fileSystemOf } from './filesystem.ts';

/** Each takes a state and gives the next one, or refuses as ZFS and TrueNAS do. @throws {Failure} */

/** `pool.dataset.delete`: shares, extents and tasks below go with it, clones, holds and sessions stand in its way. */
export function deleteDataset(state: NasState, name: string, recursive: boolean): NasState {
  const dataset = datasetNamed(state, name);
  if (!name.includes('/')) throw refusal(`cannot destroy '${name}': operation does not apply to pools`);
  const isGone = (other: string) => other === name || other.startsWith(`${name}/`);
  const isGoneSnapshot = (snapshot: string) => isGone(snapshot.split('@')[0] ?? '');
  const below = state.datasets.filter((other) => other.name !== name && isGone(other.name));
  const snapshots = state.snapshots.filter((snapshot) => isGoneSnapshot(snapshot.name));
  if (!recursive && below.length + snapshots.length > 0) throw refusal(`cannot destroy '${name}': it has children`);
  const clone = state.datasets.find(({ name: other, origin }) => !isGone(other) && isGoneSnapshot(origin ?? ''));
  if (clone !== undefined) throw refusal(`cannot destroy '${name}': it has dependent clones: ${clone.name}`);
  refuseHeld(snapshots);
  for (const other of [dataset, ...below]) refuseBusy(state, other);
  const left: NasState = {
    ...removeAttachments(state, [dataset, ...below]),
    datasets: state.datasets.filter((other) => !isGone(other.name)),
    snapshots: state.snapshots.filter((snapshot) => !isGoneSnapshot(snapshot.name)),
  };
  return settle(state, withoutDeferred(left));
}

/** `pool.dataset.promote`: the clone takes over the snapshots up to its origin, the former owner becomes the clone. */
export function promoteDataset(state: NasState, name: string): NasState {
  const clone = datasetNamed(state, name);
  const origin = state.snapshots.find((snapshot) => snapshot.name === clone.origin);
  if (origin === undefined) throw refusal(`cannot promote '${name}': not a cloned filesystem`);
  const [former = ''] = origin.name.split('@');
  const moved = new Map(
    state.snapshots
      .filter((snapshot) => snapshot.name.startsWith(`${former}@`) && snapshot.createTxg <= origin.createTxg)
      .map((snapshot) => [snapshot.name, `${name}@${snapshot.name.slice(former.length + 1)}`]),
  );
  const taken = state.snapshots.find((snapshot) => [...moved.values()].includes(snapshot.name));
  if (taken !== undefined) throw refusal(`cannot promote '${name}': snapshot name ${taken.name} exists`);
  const datasets = state.datasets.map((dataset): DatasetState => {
    if (dataset.name === name) return withOrigin(dataset, datasetNamed(state, former).origin, origin.referencedBytes);
    if (dataset.name === former) return withOrigin(dataset, moved.get(origin.name), -origin.referencedBytes);
    const to = dataset.origin === undefined ? undefined : moved.get(dataset.origin);
    return to === undefined ? dataset : { ...dataset, origin: to };
  });
  const snapshots = state.snapshots.map((snapshot) => ({
    ...snapshot,
    name: moved.get(snapshot.name) ?? snapshot.name,
  }));
  return settle(state, { ...state, datasets, snapshots });
}

/** `zfs.snapshot.delete`, `pool.snapshot.delete`; with `defer` one that is still needed goes when it is not any more. */
export function deleteSnapshot(state: NasState, name: string, defer: boolean): NasState {
  const snapshot = state.snapshots.find((candidate) => candidate.name === name);
  if (snapshot === undefined) throw new Failure('instanceNotFound', `Snapshot ${name} not found`);
  const clone = state.datasets.find(({ origin }) => origin === name);
  const isNeeded = clone !== undefined || (snapshot.holds?.length ?? 0) > 0;
  if (isNeeded && defer) {
    const marked = { ...snapshot, deferDestroy: true };
    return { ...state, snapshots: state.snapshots.map((other) => (other === snapshot ? marked : other)) };
  }
  if (clone !== undefined) throw refusal(`cannot destroy '${name}': snapshot has dependent clones: ${clone.name}`);
  refuseHeld([snapshot]);
  return settle(state, withoutSnapshots(state, [snapshot]));
}

function datasetNamed(state: NasState, name: string): DatasetState {
  const dataset = state.datasets.find((candidate) => candidate.name === name);
  if (dataset === undefined) throw new Failure('instanceNotFound', `PoolDataset ${name} does not exist`);
  return dataset;
}

function refusal(message: string): Failure {
  return new Failure('fault', `[EFAULT] ${message}`);
}

function refuseHeld(snapshots: readonly SnapshotState[]): void {
  const held = snapshots.find(({ holds }) => (holds?.length ?? 0) > 0);
  if (held !== undefined) throw new Failure('busy', `[EBUSY] cannot destroy '${held.name}': dataset is busy`);
}

/** A zvol that somebody is connected to cannot be opened for destruction. */
function refuseBusy(state: NasState, dataset: DatasetState): void {
  const busy = targetsOfZvol(state, dataset.name).find(({ sessions }) => sessions > 0);
  if (busy !== undefined) throw new Failure('busy', `[EBUSY] cannot destroy '${dataset.name}': dataset is busy`);
}

function withOrigin(dataset: DatasetState, origin: string | undefined, bytes: number): DatasetState {
  const { origin: _, ...rest } = dataset;
  return { ...rest, dataBytes: Math.max(0, dataset.dataBytes + bytes), ...(origin !== undefined && { origin }) };
}

/** Snapshots that were only waiting for their last clone or hold. */
function withoutDeferred(state: NasState): NasState {
  const origins = new Set(state.datasets.map(({ origin }) => origin));
  const free = state.snapshots.filter(
    ({ name, deferDestroy, holds }) => deferDestroy === true && !origins.has(name) && (holds?.length ?? 0) === 0,
  );
  return withoutSnapshots(state, free);
}

function withoutSnapshots(state: NasState, gone: readonly SnapshotState[]): NasState {
  if (gone.length === 0) return state;
  const bytes = new Map<string, number>();
  for (const { name, usedBytes } of gone) {
    const [dataset = ''] = name.split('@');
    bytes.set(dataset, (bytes.get(dataset) ?? 0) + usedBytes);
  }
  return {
    ...state,
    snapshots: state.snapshots.filter((snapshot) => !gone.includes(snapshot)),
    datasets: state.datasets.map((dataset) => {
      const freed = bytes.get(dataset.name);
      if (freed === undefined || dataset.snapshotBytes === undefined) return dataset;
      return { ...dataset, snapshotBytes: Math.max(0, dataset.snapshotBytes - freed) };
    }),
  };
}

/** What the datasets gave up the pool has free again. */
function settle(before: NasState, after: NasState): NasState {
  const usedBefore = usedByPool(before);
  const usedAfter = usedByPool(after);
  return {
    ...after,
    pools: after.pools.map((pool) => {
      const freed = (usedBefore.get(pool.name) ?? 0) - (usedAfter.get(pool.name) ?? 0);
      const allocatedBytes = Math.max(0, pool.allocatedBytes - freed);
      if (pool.availableBytes === undefined) return { ...pool, allocatedBytes };
      return { ...pool, allocatedBytes, availableBytes: pool.availableBytes + freed };
    }),
  };
}

function usedByPool(state: NasState): ReadonlyMap<string, number> {
  return new Map(fileSystemOf(state).roots.map((root) => [root.pool, root.usedBytes]));
}
