import { aboutVolume, type Rule } from '../rule.ts';

const fullShare = 0.9;
const soonDays = 30;

/** Nine tenths full, or forecast to be full within a month. */
export const volumeNearLimit: Rule = ({ usage, trends }) => {
  const forecasts = new Map(
    trends.forecasts.flatMap((forecast) => (forecast.subject === 'pool' ? [] : [[forecast.key, forecast] as const])),
  );
  return usage.volumes.flatMap((volume) => {
    const about = aboutVolume('volume-near-limit', volume);
    const days = forecasts.get(about.subject)?.daysUntilFull?.expected;
    const isFull = volume.utilisation !== undefined && volume.utilisation >= fullShare;
    const isSoon = days !== undefined && days <= soonDays;
    if (!isFull && !isSoon) return [];
    return [
      {
        ...about,
        advice: 'Expand the claim, or free space in it.',
        restsOn: [
          ...(volume.utilisation === undefined ? [] : [`${Math.round(volume.utilisation * 100)} % is filled`]),
          ...(isSoon ? [`forecast to be full in ${days} days`] : []),
        ],
      },
    ];
  });
};
