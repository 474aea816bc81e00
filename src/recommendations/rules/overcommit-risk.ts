import { percent, type Rule } from '../rule.ts';

const riskRatio = 1;
const soonDays = 90;

/** More is promised than the pool holds, and it is filling. */
export const overcommitRisk: Rule = ({ usage, trends }) =>
  usage.pools.flatMap(({ nas, pool, overcommitRatio, usedBytes, usableBytes }) => {
    if (overcommitRatio === undefined || usedBytes === undefined || usableBytes === undefined) return [];
    const key = `${nas}/${pool}`;
    const days = trends.forecasts.find((one) => one.subject === 'pool' && one.key === key)?.daysUntilFull?.expected;
    const isFilling = usedBytes / usableBytes >= 0.8 || (days !== undefined && days <= soonDays);
    if (overcommitRatio <= riskRatio || !isFilling) return [];
    return [
      {
        rule: 'overcommit-risk',
        subject: key,
        nas,
        pool,
        advice: 'Add space, or move volumes: when it is full every volume on it fails, not only the one that grew.',
        restsOn: [
          `${overcommitRatio.toFixed(2)} times its usable space is promised`,
          `${percent(usedBytes, usableBytes)} is used`,
          ...(days === undefined ? [] : [`forecast to be full in ${days} days`]),
        ],
      },
    ];
  });
