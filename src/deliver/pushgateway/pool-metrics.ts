import type { PoolUsage, ScanResult } from '../../model/scan-result.ts';
import { gauge, type Metric, sample } from './metric.ts';

/** Usable space of each pool of one NAS: parity is not in it. */
export function buildPoolMetrics(result: ScanResult, nas: string): readonly Metric[] {
  const pools = result.usage.pools.filter((pool) => pool.nas === nas);
  const each = (name: Metric['name'], help: string, read: (pool: PoolUsage) => number | undefined) =>
    gauge(
      name,
      help,
      pools.flatMap((pool) => sample(read(pool), { pool: pool.pool })),
    );
  return [
    ...each('strandline_pool_size_bytes', 'Usable size of the pool.', (pool) => pool.usableBytes),
    ...each('strandline_pool_allocated_bytes', 'Space in use in the pool.', (pool) => pool.usedBytes),
    ...each('strandline_pool_free_bytes', 'Space available in the pool.', (pool) => pool.availableBytes),
    ...each(
      'strandline_pool_overcommit_ratio',
      'What every volume may still grow to, against the usable size.',
      (pool) => pool.overcommitRatio,
    ),
    ...each('strandline_pool_healthy', '1 when the NAS calls the pool healthy.', (pool) => Number(pool.healthy)),
    ...each('strandline_pool_days_until_full', 'Days until the pool is full at its present growth.', (pool) =>
      daysUntilFull(result, pool),
    ),
  ];
}

/** A forecast that trends could not make is absent. */
function daysUntilFull({ trends }: ScanResult, { nas, pool }: PoolUsage): number | undefined {
  const forecast = trends.forecasts.find((one) => one.subject === 'pool' && one.nas === nas && one.pool === pool);
  return forecast?.daysUntilFull?.expected;
}
