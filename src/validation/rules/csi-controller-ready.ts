import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { isPodReady, podsOfDriver } from '../csi-pods.ts';

export const csiControllerReady = defineRule({
  meta: {
    id: 'csi-controller-ready',
    title: 'A controller of the driver is ready',
    severity: 'HIGH',
    component: 'csi',
    scope: 'backend',
    why: 'Without it no volume is made, deleted, attached, resized or snapshotted.',
    remediation: 'Look at the controller pod and its log.',
    example:
      'kubectl -n <namespace> get pods -l app.kubernetes.io/csi-role=controller\nkubectl -n <namespace> logs <pod> -c csi-driver --tail=50',
    needs: { cluster: ['pods'] },
  },
  check(view): Judged {
    if (view.backend === undefined) return { judged: 0, problems: [], undecided: [] };
    const { driver } = view.backend;
    const { controllers, nodes } = podsOfDriver(view.cluster.pods, view.backend);
    if (controllers.some(isPodReady)) return { judged: 1, problems: [], undecided: [] };
    if (controllers.length === 0 && nodes.length === 0) {
      const because = `no pod of driver ${driver} was recognised`;
      return { judged: 0, problems: [], undecided: [{ kind: 'CSIDriver', name: driver, because }] };
    }
    const { name } = view.cluster;
    const resource = { source: `cluster/${name}`, cluster: name, kind: 'CSIDriver', name: driver } as const;
    const why =
      controllers.length === 0
        ? 'it has pods on nodes, but no controller pod'
        : `none of its ${controllers.length} controller pods is ready: ${controllers.map((pod) => pod.name).join(', ')}`;
    return { judged: 1, problems: [{ resource, why }], undecided: [] };
  },
});
