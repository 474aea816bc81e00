import { aboutVolume, GiB, type Rule } from '../rule.ts';

/** A reservation holds space that nothing was written to. */
export const thinForThick: Rule = ({ usage }) =>
  usage.volumes.flatMap((volume) => {
    const { thin, reservedBytes } = volume;
    if (thin !== false || reservedBytes === undefined || reservedBytes < GiB) return [];
    return [
      {
        ...aboutVolume('thin-for-thick', volume),
        advice: 'Remove its refreservation if the pool may be overcommitted: then only what is written takes space.',
        restsOn: ['its refreservation covers its whole size'],
        savesBytes: reservedBytes,
      },
    ];
  });
