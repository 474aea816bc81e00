import { defineRule } from '../../model/rule.ts';
import { isPodReady, podsOfDriver } from '../csi-pods.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';
import { schedulableNodes } from '../schedulable-nodes.ts';

export const csiNodePods = defineRule({
  meta: {
    id: 'csi-node-pods',
    title: 'The node part of the driver is ready on every schedulable node',
    severity: 'HIGH',
    component: 'csi',
    scope: 'backend',
    why: 'Pods with a volume that land on a node without it never start.',
    remediation: 'Look at the pods of the DaemonSet on that node; add a toleration or node selector where it is meant.',
    example: 'kubectl get pods -A -o wide -l app.kubernetes.io/csi-role=node --field-selector spec.nodeName=<node>',
    needs: { cluster: ['pods', 'nodes'] },
  },
  check(view) {
    const { backend } = view;
    const own = backend === undefined ? [] : podsOfDriver(view.cluster.pods, backend).nodes;
    const nodes = schedulableNodes(view.cluster.nodes);
    return judgeEach(nodes, clusterResource(view, 'Node'), ({ name }) => {
      if (own.length === 0) return { undecided: `no node pod of driver ${backend?.driver} was recognised` };
      const here = own.filter(({ node }) => node === name);
      if (here.length === 0) return `it has no pod of ${backend?.driver}`;
      return here.some(isPodReady) ? undefined : `${here.map((pod) => pod.name).join(', ')} is not ready`;
    });
  },
});
