import { type Detector, defineDetector } from '../model/check.ts';
import { Verdict } from './draft.ts';
import { volumeFinding, volumesInPhase } from './volume-phase.ts';

export const volumeAvailable: Detector = defineDetector({
  meta: {
    id: 'volume-available',
    title: 'PersistentVolume that was never claimed',
    severity: 'LOW',
    why: 'Space is set aside for a volume that no claim has asked for.',
    remediation: 'Bind it to a claim, or delete it.',
    scope: 'cluster',
    provesAbsence: false,
    frees: true,
    needs: { cluster: ['persistentVolumes'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const { stuck, unknown } = volumesInPhase(view.links.volumes, ['Available'], context);
    for (const link of unknown) verdict.unknown('PersistentVolume', link.volume.name, 'its creation time is unknown');
    for (const link of stuck) {
      if (link.volume.claim?.uid !== undefined) continue;
      verdict.found(
        volumeFinding(volumeAvailable.meta, view.scope, link, view.links, {
          why: 'no claim has ever been bound to it',
          steps: ['Find out who made it and for what.', 'Bind it to a claim, or delete it.'],
        }),
      );
    }
    return verdict;
  },
});
