import { formatSize } from '../../util/format-size.ts';
import { aboutVolume, GiB, type Rule } from '../rule.ts';

/** Its snapshots hold more than its live data. What a shorter retention frees depends on which go: not known. */
export const snapshotsOverData: Rule = ({ usage }) =>
  usage.volumes.flatMap((volume) => {
    const { snapshotBytes, dataBytes, snapshotCount } = volume;
    if (snapshotBytes === undefined || dataBytes === undefined || snapshotBytes < GiB || snapshotBytes <= dataBytes)
      return [];
    return [
      {
        ...aboutVolume('snapshots-over-data', volume),
        advice: 'Keep its snapshots for a shorter time.',
        restsOn: [
          `its snapshots hold ${formatSize(snapshotBytes)}, ${(snapshotBytes / Math.max(1, dataBytes)).toFixed(1)} times its data`,
          ...(snapshotCount === undefined ? [] : [`${snapshotCount} snapshots`]),
        ],
      },
    ];
  });
