import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

export const storageClassDriverRegistered = defineRule({
  meta: {
    id: 'storage-class-driver-registered',
    title: 'The driver of every StorageClass is installed',
    severity: 'HIGH',
    component: 'storageClass',
    scope: 'cluster',
    why: 'Claims of a class whose driver is not installed stay Pending for ever.',
    remediation: 'Install the driver under the name in `provisioner`, or delete the StorageClass.',
    example: 'kubectl get csidrivers\nkubectl get storageclass <name> -o jsonpath={.provisioner}',
    needs: { cluster: ['storageClasses', 'csiDrivers'] },
  },
  check(view) {
    const installed = new Set(view.cluster.csiDrivers.map(({ name }) => name));
    const classes = ours(view, view.cluster.storageClasses, ({ provisioner }) => provisioner);
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ provisioner }) =>
      installed.has(provisioner) ? undefined : `its driver ${provisioner} has no CSIDriver object`,
    );
  },
});
