import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

export const nodeAttachLimit = defineRule({
  meta: {
    id: 'node-attach-limit',
    title: 'Nodes have room for more volumes',
    severity: 'MEDIUM',
    component: 'csi',
    scope: 'cluster',
    why: 'The scheduler puts no further pod with a volume of that driver on a node at its limit.',
    remediation: 'Add nodes, spread the pods, or raise the limit of the driver if the node can bear it.',
    example: "kubectl get csinode <node> -o jsonpath='{.spec.drivers}'",
    needs: { cluster: ['csiNodes', 'volumeAttachments'] },
  },
  check(view) {
    const { csiNodes, volumeAttachments } = view.cluster;
    const limited = csiNodes.filter(({ drivers }) =>
      ours(view, drivers, ({ name }) => name).some(({ maxVolumes }) => maxVolumes !== undefined),
    );
    return judgeEach(limited, clusterResource(view, 'CSINode'), ({ name, drivers }) => {
      const full = ours(view, drivers, (driver) => driver.name).flatMap((driver) => {
        if (driver.maxVolumes === undefined) return [];
        const attached = volumeAttachments.filter((row) => row.node === name && row.attacher === driver.name).length;
        return attached < driver.maxVolumes ? [] : [`${attached} of ${driver.maxVolumes} volumes of ${driver.name}`];
      });
      return full.length === 0 ? undefined : `it holds ${full.join(', ')}`;
    });
  },
});
