import { generateWorld } from '../../../fixtures/generator/generate.ts';

/** Clusters and NASes that use each other: one generated estate. */
export interface Group {
  readonly index: number;
  readonly seed: number;
  readonly clusters: number;
}

/** `10.77.0.5` is a NAS that no generated config knows. */
const firstNetwork = 78;
const mostGroups = 256 - firstNetwork;

/** Of the addresses of a group, the first three numbers. */
export function networkOf(group: number): string {
  return `10.${group + firstNetwork}.0.`;
}

/**
 * Groups of one, two and three clusters in turn, so many clusters together; the same on every machine. Volumes are named
 * by their UIDs, as drivers do by default: names made of claims' names repeat from cluster to cluster.
 */
export function planFleet(clusters: number): Group[] {
  const groups: Group[] = [];
  let seed = 0;
  for (let left = clusters; left > 0; ) {
    const wanted = Math.min(left, 1 + (groups.length % 3));
    do seed += 1;
    while (!isWanted(seed, wanted));
    groups.push({ index: groups.length, seed, clusters: wanted });
    left -= wanted;
  }
  if (groups.length > mostGroups) throw new Error(`${groups.length} groups, and addresses for ${mostGroups}`);
  return groups;
}

function isWanted(seed: number, clusters: number): boolean {
  const world = generateWorld(seed, { volumes: 50 });
  return world.clusters.size === clusters && world.backends.every(({ idTemplate }) => idTemplate === undefined);
}
