import { generateEstate } from '../../../fixtures/generator/generate.ts';

/** Clusters and NASes that use each other: one generated estate. */
export interface Group {
  readonly index: number;
  readonly seed: number;
  readonly clusters: number;
}

/** Addresses are `10.<group + 20>.0.x`. */
const mostGroups = 230;

/** Groups of one, two and three clusters in turn, so many clusters together; the same on every machine. */
export function planFleet(clusters: number): Group[] {
  const groups: Group[] = [];
  let seed = 0;
  for (let left = clusters; left > 0; ) {
    const wanted = Math.min(left, 1 + (groups.length % 3));
    do seed += 1;
    while (generateEstate(seed, { volumes: 50 }).clusters.length !== wanted);
    groups.push({ index: groups.length, seed, clusters: wanted });
    left -= wanted;
  }
  if (groups.length > mostGroups) throw new Error(`${groups.length} groups, and addresses for ${mostGroups}`);
  return groups;
}
