import type { SnapshotOrigin } from '../model/links.ts';
import type { Replication, SnapshotTask, ZfsSnapshot } from '../model/truenas.ts';
import { addTo } from '../util/groups.ts';
import { isAtOrBelow, isBelow, parentOf, snapshotUidOf } from '../util/names.ts';
import { schemaTest } from './naming-schema.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';

const byName: readonly (readonly [RegExp, SnapshotOrigin])[] = [
  [/^(?:volume-source-for-(?:volume|snapshot)-|csi-clone-)/, 'temporary'],
  [/^(?:autosnap_|syncoid_)/, 'sanoid'],
  [/^zrepl_/, 'zrepl'],
  [/^pyznap_/, 'pyznap'],
  [/^zfs-auto-snap/, 'zfsAutoSnapshot'],
  [/^(?:ix-|boot-)/, 'system'],
];

/**
 * Who made a snapshot. Only a driver's own mark makes it the driver's: `csi_snapshot_name` equal to its own name
 * (democratic-csi; a snapshot inherits every other property of its volume), or the name below a truenas-csi volume.
 */
export function originTest(index: NasIndex): (snapshot: ZfsSnapshot, isTrueNasCsi: boolean) => SnapshotOrigin {
  const tasks = itemsOf(index.nas, 'snapshotTasks').map((task) => ({ task, fits: schemaTest(task.namingSchema) }));
  const tasksAbove = lookUpwards(tasks, ({ task }) => [task.dataset]);
  const replications = itemsOf(index.nas, 'replications').map((task) => ({ task, fits: replicationTest(task) }));
  const replicationsAbove = lookUpwards(replications, ({ task }) => [...task.sourceDatasets, task.targetDataset]);
  return (snapshot, isTrueNasCsi) => {
    if (isCsiMade(snapshot, isTrueNasCsi)) return 'csi';
    const known = byName.find(([pattern]) => pattern.test(snapshot.snapshotName));
    if (known !== undefined) return known[1];
    const { dataset, snapshotName } = snapshot;
    if (tasksAbove(dataset).some(({ task, fits }) => covers(task, dataset) && fits(snapshotName))) {
      return 'periodicTask';
    }
    return replicationsAbove(dataset).some(({ fits }) => fits(snapshotName)) ? 'replication' : 'manual';
  };
}

function isCsiMade(snapshot: ZfsSnapshot, isTrueNasCsi: boolean): boolean {
  const mark = snapshot.userProperties['democratic-csi:csi_snapshot_name'];
  if (mark !== undefined && mark.source !== 'INHERITED' && mark.value === snapshot.snapshotName) return true;
  return isTrueNasCsi && snapshotUidOf(snapshot.snapshotName) !== undefined;
}

function covers(task: SnapshotTask, dataset: string): boolean {
  if (task.dataset === dataset) return true;
  return task.recursive && isBelow(dataset, task.dataset) && !task.exclude.some((out) => isAtOrBelow(dataset, out));
}

function replicationTest(task: Replication): (name: string) => boolean {
  const schemas = task.namingSchemas.map(schemaTest);
  const regex = task.nameRegex === undefined ? undefined : safeRegex(task.nameRegex);
  return (name) => schemas.some((fits) => fits(name)) || (regex?.test(name) ?? false);
}

/** What stands on a dataset or above it: a walk up the names, so that thousands of tasks cost no more than one. */
function lookUpwards<T>(items: readonly T[], placesOf: (item: T) => readonly string[]): (dataset: string) => T[] {
  const standing = new Map<string, T[]>();
  for (const item of items) for (const place of new Set(placesOf(item))) addTo(standing, place, item);
  const known = new Map<string, T[]>(); // a dataset has many snapshots
  return (dataset) => {
    let found = known.get(dataset);
    if (found === undefined) {
      found = [];
      for (let at: string | undefined = dataset; at !== undefined; at = parentOf(at)) {
        found.push(...(standing.get(at) ?? []));
      }
      known.set(dataset, found);
    }
    return found;
  };
}

/** The NAS speaks Python's dialect; a pattern that is none of ours matches nothing. */
function safeRegex(text: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${text})$`);
  } catch {
    return undefined;
  }
}
