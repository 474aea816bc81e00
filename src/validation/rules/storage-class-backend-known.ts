import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

export const storageClassBackendKnown = defineRule({
  meta: {
    id: 'storage-class-backend-known',
    title: 'Every StorageClass of a TrueNAS driver belongs to a known backend',
    severity: 'MEDIUM',
    component: 'storageClass',
    scope: 'cluster',
    why: 'What no backend covers is not judged: its leftovers on the NAS stay unseen.',
    remediation: 'Declare the backend in the config of Strandline.',
    example:
      'backends:\n  - cluster: <cluster>\n    driver: <provisioner>\n    nas: <nas>\n    parents: [<datasetParentName>]',
    needs: { cluster: ['storageClasses'] },
  },
  check(view) {
    const known = new Set(
      view.links.backends.filter(({ cluster }) => cluster === view.cluster.name).map(({ driver }) => driver),
    );
    const classes = ours(view, view.cluster.storageClasses, ({ provisioner }) => provisioner);
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ provisioner }) =>
      known.has(provisioner) ? undefined : `no backend is known for its driver ${provisioner}`,
    );
  },
});
