import type { Money } from '../../model/recommendation.ts';
import type { ViewContext } from './context.ts';
import type { Formats } from './formats.ts';
import { comparePools } from './pools.ts';

/** What the used space of each pool costs, and what of it the findings could give back. Unpriced is a word, never 0. */
export function buildCost({ result, open, formats }: ViewContext) {
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
      used: formats.toAmount(usedBytes),
      cost: cost === undefined ? 'unpriced' : formats.money(cost),
    })),
    reclaimable: sum(priced, formats),
    unpriced: unpricedBytes === 0 ? undefined : formats.bytes(unpricedBytes),
  };
}

function sum(amounts: readonly Money[], { money }: Formats): string | undefined {
  const [first] = amounts;
  if (first === undefined) return undefined;
  return money({ currency: first.currency, perMonth: amounts.reduce((total, one) => total + one.perMonth, 0) });
}
