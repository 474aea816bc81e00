import { defineRule } from '../../model/rule.ts';
import { isAtOrBelow } from '../../util/names.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const backendDetachedParentApart = defineRule({
  meta: {
    id: 'backend-detached-parent-apart',
    title: 'Parents of volumes and of detached snapshots do not contain each other',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'democratic-csi refuses to start with FAILED_PRECONDITION when one contains the other.',
    remediation: 'Set two datasets side by side in the config of the driver.',
    example: 'zfs:\n  datasetParentName: <pool>/k8s/vols\n  detachedSnapshotsDatasetParentName: <pool>/k8s/snaps',
    families: ['democratic-csi'],
    needs: {},
  },
  check(view) {
    const parents = view.backend?.parents ?? [];
    return judgeEach(view.backend?.detachedParents ?? [], nasResource(view, 'Dataset'), (detached) => {
      const overlapping = parents.find((parent) => isAtOrBelow(detached, parent) || isAtOrBelow(parent, detached));
      return overlapping === undefined ? undefined : `it overlaps ${overlapping}, the parent of volumes`;
    });
  },
});
