import { percent, type Rule } from '../rule.ts';

const fullShare = 0.8;
const emptyShare = 0.5;

/** A full pool beside a healthy one of the same NAS that is half empty. */
export const rebalancePools: Rule = ({ usage }) => {
  const known = usage.pools.flatMap(({ usedBytes, usableBytes, ...pool }) =>
    usedBytes === undefined || !usableBytes
      ? []
      : [{ ...pool, usedBytes, usableBytes, share: usedBytes / usableBytes }],
  );
  return known
    .filter(({ share }) => share >= fullShare)
    .flatMap((full) => {
      const [target] = known
        .filter(({ nas, healthy, share }) => nas === full.nas && healthy && share < emptyShare)
        .toSorted((a, b) => a.share - b.share);
      if (target === undefined) return [];
      return [
        {
          rule: 'rebalance-pools',
          subject: `${full.nas}/${full.pool}`,
          nas: full.nas,
          pool: full.pool,
          advice: `Place new volumes on ${target.pool}, or move some there, if its disks suit them.`,
          restsOn: [
            `${percent(full.usedBytes, full.usableBytes)} of ${full.pool} is used`,
            `${percent(target.usedBytes, target.usableBytes)} of ${target.pool} is used`,
          ],
        },
      ];
    });
};
