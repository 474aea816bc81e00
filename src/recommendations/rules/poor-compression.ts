import { aboutVolume, GiB, type Rule } from '../rule.ts';

const poorRatio = 1.05;

/** Large and hardly compressed. What another setting would save is not known. */
export const poorCompression: Rule = ({ usage }) =>
  usage.volumes.flatMap((volume) => {
    const { compressRatio, dataBytes } = volume;
    if (compressRatio === undefined || dataBytes === undefined || dataBytes < 100 * GiB || compressRatio >= poorRatio)
      return [];
    return [
      {
        ...aboutVolume('poor-compression', volume),
        advice: 'Check that compression is on, unless it holds media or what is compressed already.',
        restsOn: [`compression ratio ${compressRatio.toFixed(2)}`],
      },
    ];
  });
