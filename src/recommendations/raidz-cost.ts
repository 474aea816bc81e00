import type { PoolUsage, Usage } from '../model/scan-result.ts';

/** The usual sector since 2011 (ashift 12); the pool may have larger ones, which makes small blocks cost more still. */
const sectorBytes = 4096;
/** Space used against what the same data takes in large blocks; below it nothing is worth copying the data. */
const worthwhile = 1.2;

/**
 * RAIDZ writes parity for every block apart, and rounds each up to a multiple of parity + 1 sectors: small blocks then
 * take far more than their share. Known from the layout alone (OpenZFS, `vdev_raidz_asize`). Gives a judge of one block
 * on one pool, which says what it rests on; undefined where blocks of this size cost little, or it is not known.
 */
export function raidzCosts(usage: Usage): (nas: string, pool: string, blockBytes: number) => string[] | undefined {
  const raidz = new Map(usage.pools.flatMap((pool) => [[`${pool.nas} ${pool.pool}`, widestRaidz(pool)] as const]));
  return (nas, pool, blockBytes) => {
    const layout = raidz.get(`${nas} ${pool}`);
    if (layout === undefined) return undefined;
    const taken = sectorsOf(blockBytes, layout);
    const data = Math.ceil(blockBytes / sectorBytes);
    const ideal = (data * layout.disks) / (layout.disks - layout.parity);
    if (taken / ideal < worthwhile) return undefined;
    return [
      `its blocks are ${blockBytes / 1024} KiB on RAIDZ${layout.parity} of ${layout.disks} disks`,
      `each takes ${taken} sectors of 4 KiB for ${data} of data, where large blocks take ${ideal.toFixed(1)}`,
    ];
  };
}

interface Raidz {
  readonly parity: number;
  readonly disks: number;
}

/** Data and parity of one block, padded to a multiple of parity + 1. */
function sectorsOf(blockBytes: number, { parity, disks }: Raidz): number {
  const data = Math.ceil(blockBytes / sectorBytes);
  const whole = data + parity * Math.ceil(data / (disks - parity));
  return Math.ceil(whole / (parity + 1)) * (parity + 1);
}

/** The layout that costs small blocks most; undefined where the pool has no RAIDZ, or shows none. */
function widestRaidz({ dataVdevs = [] }: PoolUsage): Raidz | undefined {
  return dataVdevs
    .flatMap(({ type, disks }) => {
      const parity = /^RAIDZ([123])$/.exec(type)?.[1];
      return parity === undefined || disks <= Number(parity) ? [] : [{ parity: Number(parity), disks }];
    })
    .toSorted((a, b) => b.parity - a.parity || b.disks - a.disks)[0];
}
