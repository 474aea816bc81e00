import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

export const snapshotClassDriverRegistered = defineRule({
  meta: {
    id: 'snapshot-class-driver-registered',
    title: 'The driver of every VolumeSnapshotClass is installed',
    severity: 'HIGH',
    component: 'snapshotClass',
    scope: 'cluster',
    why: 'Snapshots of a class whose driver is not installed never become ready; backups built on them fail.',
    remediation: 'Install the driver under the name in `driver`, or delete the VolumeSnapshotClass.',
    example: 'kubectl get csidrivers\nkubectl get volumesnapshotclass <name> -o jsonpath={.driver}',
    needs: { cluster: ['volumeSnapshotClasses', 'csiDrivers'] },
  },
  check(view) {
    const installed = new Set(view.cluster.csiDrivers.map(({ name }) => name));
    const classes = ours(view, view.cluster.volumeSnapshotClasses, ({ driver }) => driver);
    return judgeEach(classes, clusterResource(view, 'VolumeSnapshotClass'), ({ driver }) =>
      installed.has(driver) ? undefined : `its driver ${driver} has no CSIDriver object`,
    );
  },
});
