import { aboutVolume, type Rule } from '../rule.ts';

/** Rests on the confirmed findings of claims that nothing uses. */
export const unusedVolume: Rule = ({ usage, findings }) =>
  findings
    .filter((one) => one.check === 'claim-unused' && one.confirmation === 'confirmed' && one.change !== 'resolved')
    .filter(({ ignoredBy }) => ignoredBy === undefined)
    .flatMap(({ resource, why, bytes }) => {
      const volume = usage.volumes.find(
        ({ cluster, namespace, claim }) =>
          cluster === resource.cluster && namespace === resource.namespace && claim === resource.name,
      );
      if (volume === undefined) return [];
      return [
        {
          ...aboutVolume('unused-volume', volume),
          advice: 'Ask its owner whether it is still needed.',
          restsOn: [why],
          ...(bytes.reclaimable !== undefined && { savesBytes: bytes.reclaimable }),
        },
      ];
    });
