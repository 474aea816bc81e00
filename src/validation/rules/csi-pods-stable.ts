import { defineRule } from '../../model/rule.ts';
import { isAlive } from '../csi-pods.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

/** As many restarts as a healthy driver does not collect between two updates. */
const most = 10;
const csi = /democratic-csi|truenas-csi|snapshot-controller|csi-/;

export const csiPodsStable = defineRule({
  meta: {
    id: 'csi-pods-stable',
    title: 'CSI pods do not restart again and again',
    severity: 'MEDIUM',
    component: 'csi',
    scope: 'cluster',
    why: 'A provisioner that restarts forgets what it was making, and leaves the volume behind on the NAS.',
    remediation: 'Read the log of the container before its last restart, and look for memory limits.',
    example: 'kubectl -n <namespace> logs <pod> -c <container> --previous --tail=50',
    needs: { cluster: ['pods'] },
  },
  check(view) {
    const pods = view.cluster.pods.filter((pod) => isAlive(pod) && pod.containers.some(({ image }) => csi.test(image)));
    return judgeEach(pods, clusterResource(view, 'Pod'), ({ containers }) => {
      const unsteady = containers.filter(({ restarts }) => restarts >= most);
      if (unsteady.length === 0) return undefined;
      return unsteady.map(({ name, restarts }) => `${name} restarted ${restarts} times`).join(', ');
    });
  },
});
