import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { podsOfDriver } from '../csi-pods.ts';

export const csiControllerSingle = defineRule({
  meta: {
    id: 'csi-controller-single',
    title: 'democratic-csi has one controller only',
    severity: 'MEDIUM',
    component: 'csi',
    scope: 'backend',
    why: 'It locks operations in the memory of one process: two controllers race and leave half-made volumes.',
    remediation: 'Set the replicas of the controller to 1.',
    example: 'controller:\n  replicaCount: 1',
    families: ['democratic-csi'],
    needs: { cluster: ['pods'] },
  },
  check(view): Judged {
    const { backend } = view;
    const running = backend === undefined ? [] : podsOfDriver(view.cluster.pods, backend).controllers;
    const alive = running.filter(({ deletingSince }) => deletingSince === undefined);
    if (backend === undefined || alive.length <= 1) return { judged: alive.length, problems: [], undecided: [] };
    const { name } = view.cluster;
    const resource = { source: `cluster/${name}`, cluster: name, kind: 'CSIDriver', name: backend.driver } as const;
    const why = `${alive.length} controllers run: ${alive.map((pod) => pod.name).join(', ')}`;
    return { judged: alive.length, problems: [{ resource, why }], undecided: [] };
  },
});
