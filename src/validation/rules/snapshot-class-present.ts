import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';

export const snapshotClassPresent = defineRule({
  meta: {
    id: 'snapshot-class-present',
    title: 'Volumes of the driver can be snapshotted',
    severity: 'LOW',
    component: 'snapshotClass',
    scope: 'backend',
    why: 'Without a VolumeSnapshotClass for the driver, backup tools fall back to copying files or fail.',
    remediation: 'Make a VolumeSnapshotClass for the driver.',
    example:
      'apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshotClass\nmetadata: { name: <name> }\ndriver: <driver>\ndeletionPolicy: Delete',
    needs: { cluster: ['volumeSnapshotClasses', 'storageClasses'] },
  },
  check(view): Judged {
    const { driver = '' } = view.backend ?? {};
    const { name } = view.cluster;
    const isUsed = view.cluster.storageClasses.some(({ provisioner }) => provisioner === driver);
    if (!isUsed || view.absent('volumeSnapshotClasses') !== undefined)
      return { judged: 0, problems: [], undecided: [] };
    if (view.cluster.volumeSnapshotClasses.some((row) => row.driver === driver)) {
      return { judged: 1, problems: [], undecided: [] };
    }
    const resource = { source: `cluster/${name}`, cluster: name, kind: 'CSIDriver', name: driver } as const;
    return { judged: 1, problems: [{ resource, why: 'no VolumeSnapshotClass names this driver' }], undecided: [] };
  },
});
