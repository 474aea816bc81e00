import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const backendParentNotRoot = defineRule({
  meta: {
    id: 'backend-parent-not-root',
    title: 'Volumes stand below a dataset of their own, not below the root of the pool',
    severity: 'MEDIUM',
    component: 'backend',
    scope: 'backend',
    why: 'Beside everything else of the pool they have no quota of their own, and system datasets stand among them.',
    remediation: 'Give the driver a parent dataset of its own for new volumes.',
    example:
      '# democratic-csi\nzfs: { datasetParentName: <pool>/k8s/vols }\n# truenas-csi, StorageClass\nparameters: { datasetPath: k8s/vols }',
    needs: {},
  },
  check(view) {
    return judgeEach(view.backend?.parents ?? [], nasResource(view, 'Dataset'), (parent) =>
      parent.includes('/') ? undefined : `volumes stand directly below the root of pool ${parent}`,
    );
  },
});
