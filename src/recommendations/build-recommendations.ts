import type { Prices } from '../model/recommendation.ts';
import type { Recommendations } from '../model/scan-result.ts';
import { priceBytes } from '../util/price.ts';
import type { Rule, RuleInput } from './rule.ts';
import { overcommitRisk } from './rules/overcommit-risk.ts';
import { oversizedVolume } from './rules/oversized-volume.ts';
import { poorCompression } from './rules/poor-compression.ts';
import { rebalancePools } from './rules/rebalance-pools.ts';
import { smallRecordsize } from './rules/small-recordsize.ts';
import { smallVolblocksize } from './rules/small-volblocksize.ts';
import { snapshotsOverData } from './rules/snapshots-over-data.ts';
import { thinForThick } from './rules/thin-for-thick.ts';
import { unusedVolume } from './rules/unused-volume.ts';
import { volumeNearLimit } from './rules/volume-near-limit.ts';

const rules: readonly Rule[] = [
  overcommitRisk,
  volumeNearLimit,
  rebalancePools,
  unusedVolume,
  oversizedVolume,
  thinForThick,
  snapshotsOverData,
  poorCompression,
  smallVolblocksize,
  smallRecordsize,
];

/** What to do about space, largest saving first after what is urgent; money only where there is a price. */
export function buildRecommendations(input: RuleInput, prices: Prices): Recommendations {
  const items = rules.flatMap((rule) =>
    rule(input)
      .toSorted((a, b) => (b.savesBytes ?? 0) - (a.savesBytes ?? 0))
      .map(({ storageClass, ...item }) => {
        const saves = priceBytes(prices, { ...item, storageClass }, item.savesBytes);
        return saves === undefined ? item : { ...item, saves };
      }),
  );
  return { state: 'ready', items };
}
