import type { z } from 'zod';
import type { Links, SnapshotLink } from '../model/links.ts';
import type { SnapshotOriginCount } from '../model/scan-result.ts';
import { defined } from '../util/defined.ts';
import { groupBy } from '../util/groups.ts';

/** Snapshots by who made them. `usedBytes` is absent where a release does not tell it for every one of them. */
export function countOrigins(links: Links): z.infer<typeof SnapshotOriginCount>[] {
  return [...groupBy(links.snapshots, ({ nas, origin }) => `${nas} ${origin}`)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      return [defined({ nas: first.nas, origin: first.origin, count: group.length, usedBytes: sum(group) })];
    });
}

function sum(group: readonly SnapshotLink[]): number | undefined {
  let total = 0;
  for (const { snapshot } of group) {
    if (snapshot.usedBytes === undefined) return undefined;
    total += snapshot.usedBytes;
  }
  return total;
}
