import { indexCoverage } from '../../../src/correlate/coverage.ts';
import { indexPointers } from '../../../src/correlate/pointers.ts';
import { linkShares } from '../../../src/correlate/shares.ts';
import type { Backend } from '../../../src/model/backend.ts';
import type { ClusterInventory } from '../../../src/model/kubernetes.ts';
import type { ShareLink } from '../../../src/model/links.ts';
import type { NasSections } from '../../../src/model/truenas.ts';
import { indexOfClusters, indexOfNases, makeCluster, makeNas } from './small.ts';

/** Everything that linkShares finds on one NAS with these lists. */
export function sharesOf(
  sections: Partial<NasSections>,
  backends: readonly Backend[],
  clusters: readonly ClusterInventory[] = [makeCluster()],
): ShareLink[] {
  const nases = indexOfNases(makeNas(sections));
  return linkShares(nases, indexCoverage(backends), indexPointers(indexOfClusters(...clusters), nases));
}
