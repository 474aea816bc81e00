import { type Detector, defineDetector } from '../model/check.ts';
import { Verdict } from './draft.ts';
import { volumeFinding, volumesInPhase } from './volume-phase.ts';

export const volumeRetained: Detector = defineDetector({
  meta: {
    id: 'volume-retained',
    title: 'Released PersistentVolume that is kept by policy Retain',
    severity: 'LOW',
    why: 'Retain is a choice: the data is kept until a person decides. It still takes space.',
    remediation: 'Decide: bind it to a claim again, or delete the volume object and its dataset.',
    scope: 'cluster',
    provesAbsence: false,
    frees: true,
    needs: { cluster: ['persistentVolumes'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const { stuck, unknown } = volumesInPhase(view.links.volumes, ['Released', 'Failed'], context);
    for (const link of unknown)
      verdict.unknown('PersistentVolume', link.volume.name, 'the time of its release is unknown');
    for (const link of stuck) {
      if (link.volume.reclaimPolicy !== 'Retain') continue;
      verdict.found(
        volumeFinding(volumeRetained.meta, view.scope, link, view.links, {
          why: 'its claim is gone and policy Retain keeps its data until somebody decides',
          blockers: [{ kind: 'retain', name: link.volume.name, why: 'kept on purpose: policy Retain' }],
          steps: [
            'Ask the team of the former claim whether the data is still needed.',
            'To use it again: remove spec.claimRef and bind it to a new claim.',
            'To give it up: set the policy to Delete (the driver then destroys the dataset), or delete volume and dataset by hand.',
          ],
        }),
      );
    }
    return verdict;
  },
});
