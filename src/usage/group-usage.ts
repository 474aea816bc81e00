import type { UsageGroup, VolumeUsage } from '../model/scan-result.ts';
import { defined } from '../util/defined.ts';
import { groupBy } from '../util/groups.ts';
import { ancestorsOf } from './ancestors.ts';

/** A volume that a group counts; `usage` is undefined where its dataset is not known. */
export interface Member {
  readonly key: string;
  readonly usage: VolumeUsage | undefined;
}

type Amount = 'provisionedBytes' | 'usedBytes' | 'dataBytes' | 'snapshotBytes' | 'reservedBytes' | 'logicalBytes';

/** One row per key, sorted. Sums are over what is known; `unknown` says how many volumes they leave out. */
export function groupUsage(members: readonly Member[]): UsageGroup[] {
  return [...groupBy(members, (member) => member.key)].map(([key, group]) => toGroup(key, group)).sort(byKey);
}

function toGroup(key: string, group: readonly Member[]): UsageGroup {
  const known = group.flatMap(({ usage }) => (usage?.usedBytes === undefined ? [] : [usage]));
  const single = uniqueDatasets(known);
  const outermost = withoutNested(single);
  return defined({
    key,
    volumes: group.length,
    unknown: group.length - known.length,
    provisionedBytes: sum(single, 'provisionedBytes'),
    usedBytes: sum(outermost, 'usedBytes'),
    dataBytes: sum(single, 'dataBytes'),
    snapshotBytes: sum(single, 'snapshotBytes'),
    reservedBytes: sum(single, 'reservedBytes'),
    logicalBytes: sum(outermost, 'logicalBytes'),
  });
}

/** Absent unless every one of them tells it: a sum is never silently short. */
function sum(volumes: readonly VolumeUsage[], amount: Amount): number | undefined {
  if (volumes.length === 0) return undefined;
  let total = 0;
  for (const volume of volumes) {
    const bytes = volume[amount];
    if (bytes === undefined) return undefined;
    total += bytes;
  }
  return total;
}

/** Two volumes on one dataset hold its bytes once. */
function uniqueDatasets(volumes: readonly VolumeUsage[]): VolumeUsage[] {
  return [...new Map(volumes.map((volume) => [datasetKey(volume), volume])).values()];
}

/** ZFS `used` and `logicalused` hold what stands below, so a volume below another one is in there already. */
function withoutNested(volumes: readonly VolumeUsage[]): VolumeUsage[] {
  const keys = new Set(volumes.map(datasetKey));
  return volumes.filter(({ nas, dataset }) => !ancestorsOf(dataset).some((above) => keys.has(`${nas} ${above}`)));
}

function datasetKey(volume: VolumeUsage): string {
  return `${volume.nas} ${volume.dataset}`;
}

function byKey(a: UsageGroup, b: UsageGroup): number {
  return a.key < b.key ? -1 : 1;
}
