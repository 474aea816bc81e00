import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

export const storageClassReclaimPolicy = defineRule({
  meta: {
    id: 'storage-class-reclaim-policy',
    title: 'Volumes have the reclaim policy of their StorageClass',
    severity: 'LOW',
    component: 'storageClass',
    scope: 'cluster',
    why: 'Who reads only the class is wrong about what happens to the data when the claim goes.',
    remediation: 'Set the policy of the volume, or of the class for volumes to come, to the one that is meant.',
    example: `kubectl patch pv <name> -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'`,
    needs: { cluster: ['storageClasses', 'persistentVolumes'] },
  },
  check(view) {
    const policies = new Map(view.cluster.storageClasses.map((row) => [row.name, row.reclaimPolicy]));
    const volumes = ours(view, view.cluster.persistentVolumes, ({ csi }) => csi?.driver ?? '').filter(
      ({ storageClass }) => storageClass !== undefined && policies.has(storageClass),
    );
    return judgeEach(volumes, clusterResource(view, 'PersistentVolume'), ({ reclaimPolicy, storageClass = '' }) => {
      const policy = policies.get(storageClass);
      return policy === reclaimPolicy ? undefined : `it has ${reclaimPolicy}, its class ${storageClass} has ${policy}`;
    });
  },
});
