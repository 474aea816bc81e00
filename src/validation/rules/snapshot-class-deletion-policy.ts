import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

export const snapshotClassDeletionPolicy = defineRule({
  meta: {
    id: 'snapshot-class-deletion-policy',
    title: 'Deleting a VolumeSnapshot deletes its ZFS snapshot',
    severity: 'LOW',
    component: 'snapshotClass',
    scope: 'cluster',
    why: 'With Retain every deleted VolumeSnapshot leaves its content and its ZFS snapshot behind, and they hold space.',
    remediation: 'Set `deletionPolicy: Delete` unless leaving them is meant; some backup tools switch it themselves.',
    example: `kubectl patch volumesnapshotclass <name> --type merge -p '{"deletionPolicy":"Delete"}'`,
    needs: { cluster: ['volumeSnapshotClasses'] },
  },
  check(view) {
    const classes = ours(view, view.cluster.volumeSnapshotClasses, ({ driver }) => driver);
    return judgeEach(classes, clusterResource(view, 'VolumeSnapshotClass'), ({ deletionPolicy }) =>
      deletionPolicy === 'Delete' ? undefined : `its deletion policy is ${deletionPolicy}`,
    );
  },
});
