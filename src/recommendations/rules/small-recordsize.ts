import { raidzCosts } from '../raidz-cost.ts';
import { aboutVolume, GiB, type Rule } from '../rule.ts';

/**
 * A filesystem whose recordsize is too small for the RAIDZ below it. Whether a large one suits what writes there cannot
 * be seen from outside, so nothing is said of those.
 */
export const smallRecordsize: Rule = ({ usage }) => {
  const costOf = raidzCosts(usage);
  return usage.volumes.flatMap((volume) => {
    const { recordsizeBytes, usedBytes, nas, pool } = volume;
    if (recordsizeBytes === undefined || usedBytes === undefined || usedBytes < GiB) return [];
    const restsOn = costOf(nas, pool, recordsizeBytes);
    if (restsOn === undefined) return [];
    return [
      {
        ...aboutVolume('small-recordsize', volume),
        advice:
          'Set a larger recordsize (128K is the default) unless a database needs this one, and write its files again: it holds for new ones alone.',
        restsOn,
      },
    ];
  });
};
