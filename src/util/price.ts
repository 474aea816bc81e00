import type { Money, Prices } from '../model/recommendation.ts';

const TiB = 2 ** 40;

/** What so many bytes cost a month. undefined: no price, or the bytes are not known; never 0 for unknown. */
export function priceBytes(
  prices: Prices,
  where: { readonly nas: string; readonly pool: string; readonly storageClass?: string | undefined },
  bytes: number | undefined,
): Money | undefined {
  const { pools, storageClasses } = prices.perTiBMonth;
  const price =
    (where.storageClass === undefined ? undefined : own(storageClasses, where.storageClass)) ??
    own(pools, `${where.nas}/${where.pool}`) ??
    own(pools, where.pool);
  if (price === undefined || bytes === undefined) return undefined;
  return { perMonth: Math.round((bytes / TiB) * price * 100) / 100, currency: prices.currency };
}

/** A class may be called `constructor`. */
function own(record: Readonly<Record<string, number>>, key: string): number | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
