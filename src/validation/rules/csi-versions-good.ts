import { defineRule } from '../../model/rule.ts';
import { isAlive } from '../csi-pods.ts';
import { judgeEach } from '../judge-each.ts';
import { imageProblems } from '../known-bad-images.ts';
import { clusterResource } from '../resources.ts';

export const csiVersionsGood = defineRule({
  meta: {
    id: 'csi-versions-good',
    title: 'Drivers and sidecars have no version that is known to lose volumes',
    severity: 'MEDIUM',
    component: 'csi',
    scope: 'cluster',
    why: 'Each of these versions leaves volumes, snapshots or shares behind on the NAS.',
    remediation: 'Update the image, and pin it to a version.',
    example:
      'controller:\n  externalProvisioner:\n    image: <registry>/sig-storage/csi-provisioner:v5.3.0\n  # or, on an older one\n    extraArgs: [--feature-gates=HonorPVReclaimPolicy=true]',
    needs: { cluster: ['pods'] },
  },
  check(view) {
    const pods = view.cluster.pods.filter((pod) => isAlive(pod) && pod.containers.length > 0);
    return judgeEach(pods, clusterResource(view, 'Pod'), ({ containers }) => {
      const problems = containers.flatMap(({ image, args }) => imageProblems(image, args));
      return problems.length === 0 ? undefined : [...new Set(problems)].join('; ');
    });
  },
});
