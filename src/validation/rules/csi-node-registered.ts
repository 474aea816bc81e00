import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';
import { schedulableNodes } from '../schedulable-nodes.ts';

export const csiNodeRegistered = defineRule({
  meta: {
    id: 'csi-node-registered',
    title: 'The driver is registered on every schedulable node',
    severity: 'HIGH',
    component: 'csi',
    scope: 'backend',
    why: 'The kubelet cannot mount volumes of a driver that did not register with it.',
    remediation: 'Restart the node pod of the driver there, and look at the log of its registrar.',
    example: "kubectl get csinode <node> -o jsonpath='{.spec.drivers[*].name}'",
    needs: { cluster: ['csiNodes', 'nodes', 'csiDrivers'] },
  },
  check(view): Judged {
    const { driver = '' } = view.backend ?? {};
    const { csiDrivers, csiNodes, nodes } = view.cluster;
    if (!csiDrivers.some(({ name }) => name === driver)) return { judged: 0, problems: [], undecided: [] };
    const registered = new Map(csiNodes.map(({ name, drivers }) => [name, drivers]));
    return judgeEach(schedulableNodes(nodes), clusterResource(view, 'Node'), ({ name }) =>
      registered.get(name)?.some((row) => row.name === driver) === true ? undefined : `it does not list ${driver}`,
    );
  },
});
