import { type Detector, defineDetector } from '../model/check.ts';
import { judgeUnused, unusedDataset } from './backend-without-volume.ts';
import { fact } from './draft.ts';

export const backendIncomplete: Detector = defineDetector({
  meta: {
    id: 'backend-incomplete',
    title: 'Volume that democratic-csi began and never finished',
    severity: 'MEDIUM',
    why: 'A failed or interrupted provisioning left a dataset behind; the driver itself does not see it any more.',
    remediation: 'Destroy the half-made dataset once no claim is waiting for it.',
    scope: 'backend',
    provesAbsence: true,
    frees: true,
    families: ['democratic-csi'],
    needs: {
      everyCluster: ['persistentVolumes', 'claims', 'pods', 'workloads'],
      nas: ['datasets', 'pools', 'replications'],
    },
  },
  run(view, context) {
    const verdict = judgeUnused(view.links.datasets, 'incomplete', context, (link) =>
      unusedDataset(backendIncomplete.meta, view.scope, link, context, {
        why: `${link.dataset.name} bears democratic-csi's mark but not provision_success, and no claim or volume waits for it`,
        extra: fact('democratic-csi:provision_success', 'absent', `nas/${link.nas} datasets`),
      }),
    );
    for (const link of view.links.datasets) {
      if (link.role === 'volume' && !link.dataset.userPropertiesRead) {
        verdict.unknown('Dataset', link.dataset.name, 'its user properties could not be read');
      }
    }
    return verdict;
  },
});
