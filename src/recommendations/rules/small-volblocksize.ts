import type { PoolUsage } from '../../model/scan-result.ts';
import { aboutVolume, GiB, type Rule } from '../rule.ts';

/** The usual sector since 2011 (ashift 12); the pool may have larger ones, which makes small blocks cost more still. */
const sectorBytes = 4096;
/** Space used against what the same data takes in large blocks; below it nothing is worth a new zvol. */
const worthwhile = 1.2;

/**
 * RAIDZ writes parity for every block apart, and rounds each up to a multiple of parity + 1 sectors: small blocks of a
 * zvol then take far more than their share. Known from the layout alone (OpenZFS, `vdev_raidz_asize`).
 */
export const smallVolblocksize: Rule = ({ usage }) => {
  const raidz = new Map(usage.pools.flatMap((pool) => [[`${pool.nas} ${pool.pool}`, widestRaidz(pool)] as const]));
  return usage.volumes.flatMap((volume) => {
    const { volblocksizeBytes, usedBytes, nas, pool } = volume;
    const layout = raidz.get(`${nas} ${pool}`);
    if (volblocksizeBytes === undefined || layout === undefined || usedBytes === undefined || usedBytes < GiB)
      return [];
    const taken = sectorsOf(volblocksizeBytes, layout);
    const data = Math.ceil(volblocksizeBytes / sectorBytes);
    const ideal = (data * layout.disks) / (layout.disks - layout.parity);
    if (taken / ideal < worthwhile) return [];
    return [
      {
        ...aboutVolume('small-volblocksize', volume),
        advice:
          'Set a larger zvolBlocksize (64K is a good start on RAIDZ) in the driver, and copy the data to a new volume.',
        restsOn: [
          `its blocks are ${volblocksizeBytes / 1024} KiB on RAIDZ${layout.parity} of ${layout.disks} disks`,
          `each takes ${taken} sectors of 4 KiB for ${data} of data, where large blocks take ${ideal.toFixed(1)}`,
        ],
      },
    ];
  });
};

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
