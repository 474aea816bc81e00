import { raidzCosts } from '../raidz-cost.ts';
import { aboutVolume, GiB, type Rule } from '../rule.ts';

/** A zvol whose blocks are too small for the RAIDZ below it. */
export const smallVolblocksize: Rule = ({ usage }) => {
  const costOf = raidzCosts(usage);
  return usage.volumes.flatMap((volume) => {
    const { volblocksizeBytes, usedBytes, nas, pool } = volume;
    if (volblocksizeBytes === undefined || usedBytes === undefined || usedBytes < GiB) return [];
    const restsOn = costOf(nas, pool, volblocksizeBytes);
    if (restsOn === undefined) return [];
    return [
      {
        ...aboutVolume('small-volblocksize', volume),
        advice:
          'Set a larger zvolBlocksize (64K is a good start on RAIDZ) in the driver, and copy the data to a new volume.',
        restsOn,
      },
    ];
  });
};
