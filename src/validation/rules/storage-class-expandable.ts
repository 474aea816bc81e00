import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

export const storageClassExpandable = defineRule({
  meta: {
    id: 'storage-class-expandable',
    title: 'Volumes of the StorageClass can grow',
    severity: 'LOW',
    component: 'storageClass',
    scope: 'cluster',
    why: 'Both drivers can enlarge a volume; without the switch a full volume means copying its data.',
    remediation: 'Set `allowVolumeExpansion: true`; this field can be changed in place.',
    example: `kubectl patch storageclass <name> -p '{"allowVolumeExpansion":true}'`,
    needs: { cluster: ['storageClasses'] },
  },
  check(view) {
    const classes = ours(view, view.cluster.storageClasses, ({ provisioner }) => provisioner);
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ allowVolumeExpansion }) =>
      allowVolumeExpansion ? undefined : 'it does not allow its volumes to grow',
    );
  },
});
