import { aboutVolume, type Rule } from '../rule.ts';

const fullShare = 0.9;
const soonDays = 30;

/** Nine tenths full, or forecast to be full within a month. */
export const volumeNearLimit: Rule = ({ usage, trends }) =>
  usage.volumes.flatMap((volume) => {
    const about = aboutVolume('volume-near-limit', volume);
    const forecast = trends.forecasts.find(({ subject, key }) => subject !== 'pool' && key === about.subject);
    const days = forecast?.daysUntilFull?.expected;
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
