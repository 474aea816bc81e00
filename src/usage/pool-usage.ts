import type { PoolUsage } from '../model/scan-result.ts';
import type { NasInventory, Pool } from '../model/truenas.ts';
import { defined } from '../util/defined.ts';

/** What stands in a pool: how many volumes, and what they may grow to; undefined when not known. */
export interface PoolLoad {
  readonly volumes: number | undefined;
  readonly promisedBytes: number | undefined;
}

/** One pool by ZFS's own account: its root dataset says what is used and what is left, parity and slop left out. */
export function toPoolUsage(nas: NasInventory, pool: Pool, { volumes, promisedBytes }: PoolLoad): PoolUsage {
  const { datasets } = nas.sections;
  const root = datasets.ok ? datasets.items.find((dataset) => dataset.name === pool.name) : undefined;
  const { usedBytes, availableBytes } = root ?? {};
  const usableBytes = usedBytes === undefined || availableBytes === undefined ? undefined : usedBytes + availableBytes;
  return defined({
    nas: nas.name,
    pool: pool.name,
    status: pool.status,
    healthy: pool.healthy,
    usableBytes,
    usedBytes,
    availableBytes,
    rawSizeBytes: pool.sizeBytes,
    rawAllocatedBytes: pool.allocatedBytes,
    rawFreeBytes: pool.freeBytes,
    fragmentationPercent: pool.fragmentationPercent,
    lastScrubAt: pool.lastScrub?.finishedAt,
    dataVdevs: pool.dataVdevs?.map((vdev) => ({ ...vdev })),
    promisedBytes,
    overcommitRatio: promisedBytes === undefined || !usableBytes ? undefined : promisedBytes / usableBytes,
    volumes,
  });
}
