import type { BackupTool } from '../../model/kubernetes.ts';
import { defined } from '../../util/defined.ts';
import { type Item, reference } from './item.ts';
import type { Resource } from './resource.ts';

export const veleroGroup = 'velero.io';

const toolsByGroup: readonly { readonly group: string; readonly name: BackupTool['name'] }[] = [
  { group: veleroGroup, name: 'velero' },
  { group: 'volsync.backube', name: 'volsync' },
  { group: 'kio.kasten.io', name: 'kasten' },
  { group: 'config.kio.kasten.io', name: 'kasten' },
  { group: 'triliovault.trilio.io', name: 'other' },
  { group: 'k8up.io', name: 'other' },
  { group: 'stash.appscode.com', name: 'other' },
  { group: 'snapscheduler.backube', name: 'other' },
  { group: 'gemini.fairwinds.com', name: 'other' },
];

export function findBackupTools(groups: ReadonlySet<string>, veleroTtlMs: number | undefined): readonly BackupTool[] {
  const seen = toolsByGroup.filter(({ group }) => groups.has(group));
  return seen
    .filter(({ name }, index) => name === 'other' || seen.findIndex((other) => other.name === name) === index)
    .map(({ group, name }) =>
      defined({ name, seenBy: group, longestTtlMs: group === veleroGroup ? veleroTtlMs : undefined }),
    );
}

/** Milliseconds that a backup lives; undefined when its text is no duration. */
export type VeleroTtl = { readonly ttlMs: number | undefined };

export const veleroBackups: Resource<VeleroTtl> = velero('backups', 'Backup', 'spec', 'ttl');
export const veleroSchedules: Resource<VeleroTtl> = velero('schedules', 'Schedule', 'spec', 'template', 'ttl');

/** The longest of them, unknown as soon as one of them is. */
export function longestTtlMs(ttls: readonly VeleroTtl[]): number | undefined {
  let longest = 0;
  for (const { ttlMs } of ttls) {
    if (ttlMs === undefined) return undefined;
    longest = Math.max(longest, ttlMs);
  }
  return longest === 0 ? undefined : longest;
}

function velero(resource: string, kind: string, ...path: readonly string[]): Resource<VeleroTtl> {
  return {
    group: veleroGroup,
    version: 'v1',
    resource,
    kind,
    isNamespaced: true,
    project: (item: Item) => ({ ttlMs: parseGoDurationMs(reference(item, ...path) ?? veleroDefaultTtl) }),
  };
}

/** Velero keeps a backup 30 days when nothing is said. */
const veleroDefaultTtl = '720h0m0s';
const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

export function parseGoDurationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    total += Number(amount) * (units[unit] ?? 0);
  }
  return total;
}
