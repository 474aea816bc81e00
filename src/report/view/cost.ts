import type { Money } from '../../model/recommendation.ts';
import type { ViewContext } from './context.ts';
import { formatBytes, toAmount } from './format-bytes.ts';
import { formatMoney } from './format-money.ts';
import { comparePools } from './pools.ts';

/** What the used space of each pool costs, and what of it the findings could give back. Unpriced is a word, never 0. */
export function buildCost({ result, open }: ViewContext) {
  const pools = result.usage.pools.toSorted(comparePools);
  const priced = open.flatMap(({ cost }) => cost ?? []);
  const unpricedBytes = open.reduce(
    (sum, { cost, bytes }) => (cost === undefined ? sum + (bytes.reclaimable ?? 0) : sum),
    0,
  );
  const isPriced = priced.length > 0 || pools.some(({ cost }) => cost !== undefined);
  return {
    isPriced,
    rows: pools.map(({ nas, pool, usedBytes, cost }) => ({
      name: `${nas} ${pool}`,
      used: toAmount(usedBytes),
      cost: cost === undefined ? 'unpriced' : formatMoney(cost),
    })),
    reclaimable: sum(priced),
    unpriced: unpricedBytes === 0 ? undefined : formatBytes(unpricedBytes),
  };
}

function sum(amounts: readonly Money[]): string | undefined {
  const [first] = amounts;
  if (first === undefined) return undefined;
  return formatMoney({ currency: first.currency, perMonth: amounts.reduce((total, one) => total + one.perMonth, 0) });
}
