import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';
import { schedulableNodes } from '../schedulable-nodes.ts';

export const storageClassBindingMode = defineRule({
  meta: {
    id: 'storage-class-binding-mode',
    title: 'A StorageClass binds at once only where every node can mount its volumes',
    severity: 'MEDIUM',
    component: 'storageClass',
    scope: 'cluster',
    why: 'A volume that was made before its pod was placed may be mounted from a node that has no driver.',
    remediation: 'Set `volumeBindingMode: WaitForFirstConsumer`, or run the node part of the driver on every node.',
    example: 'volumeBindingMode: WaitForFirstConsumer',
    needs: { cluster: ['storageClasses', 'csiNodes', 'nodes'] },
  },
  check(view) {
    const nodes = schedulableNodes(view.cluster.nodes);
    const registered = new Map(view.cluster.csiNodes.map(({ name, drivers }) => [name, drivers]));
    const hasDriver = (node: string, driver: string) => registered.get(node)?.some(({ name }) => name === driver);
    const classes = ours(view, view.cluster.storageClasses, ({ provisioner }) => provisioner);
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ bindingMode, provisioner }) => {
      if (bindingMode !== 'Immediate') return undefined;
      const without = nodes.filter(({ name }) => hasDriver(name, provisioner) !== true);
      if (without.length === 0) return undefined;
      return `it binds at once, but ${without.length} of ${nodes.length} nodes have no driver ${provisioner}`;
    });
  },
});
