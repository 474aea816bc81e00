import type { StillVolume, VolumeReadings } from '../../model/trends.ts';
import { aboutVolume, GiB, percent, type Rule } from '../rule.ts';

const days = 30;
const dayMs = 86_400_000;
const share = 0.2;

/** Never filled beyond a fifth on any day of the last thirty. */
export const oversizedVolume: Rule = ({ usage, history, now }) => {
  const readings = new Map(history.volumes.map((volume) => [volume.uid, volume]));
  const still = new Map(history.still?.map((volume) => [volume.uid, volume]));
  return usage.volumes.flatMap((volume) => {
    const { provisionedBytes: limit, utilisation, referencedBytes, dataBytes } = volume;
    const filledNow = referencedBytes ?? dataBytes;
    if (utilisation === undefined || limit === undefined || filledNow === undefined || limit < 10 * GiB) return [];
    const standing = still.get(volume.uid);
    const filledThen = standing === undefined ? mostFilled(readings.get(volume.uid), now) : mostStill(standing, now);
    if (filledThen === undefined) return [];
    const most = Math.max(filledNow, filledThen);
    if (most >= limit * share) return [];
    return [
      {
        ...aboutVolume('oversized-volume', volume),
        advice: 'Ask for less when it is made anew: a claim cannot be shrunk.',
        restsOn: [`at most ${percent(most, limit)} of its size was filled in ${days} days`],
      },
    ];
  });
};

/** undefined = not known for every one of the days. */
function mostFilled(past: VolumeReadings | undefined, now: Date): number | undefined {
  const from = past?.atMs.findIndex((atMs) => atMs >= now.getTime() - (days + 1) * dayMs) ?? -1;
  if (past === undefined || from < 0) return undefined;
  const oldest = past.atMs[from] ?? Number.NaN;
  const readings = past.filledBytes.subarray(from);
  if (readings.length < days || readings.some(Number.isNaN) || now.getTime() - oldest < days * dayMs) return undefined;
  return Math.max(...readings);
}

function mostStill({ filledBytes, firstAtMs, recentDays }: StillVolume, now: Date): number | undefined {
  return recentDays < days || now.getTime() - firstAtMs < days * dayMs ? undefined : filledBytes;
}
