import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

const dayMs = 86_400_000;
/** Somebody who keeps volumes on purpose looks at them within that time. */
const longestDays = 30;

export const storageClassRetainAttended = defineRule({
  meta: {
    id: 'storage-class-retain-attended',
    title: 'What a StorageClass retains is looked after',
    severity: 'LOW',
    component: 'storageClass',
    scope: 'cluster',
    why: 'Retain asks a person to decide about every deleted claim; where nobody does, the volumes pile up on the NAS.',
    remediation: 'Decide about the released volumes, or let the class delete what nobody misses.',
    example:
      'kubectl get pv --field-selector status.phase=Released\n# for volumes to come: a class with\nreclaimPolicy: Delete',
    needs: { cluster: ['storageClasses', 'persistentVolumes'] },
  },
  check(view, { ageMs }) {
    const source = `cluster/${view.cluster.name}` as const;
    const released = Map.groupBy(
      view.cluster.persistentVolumes.filter(({ phase }) => phase === 'Released'),
      ({ storageClass }) => storageClass,
    );
    const classes = ours(view, view.cluster.storageClasses, ({ provisioner }) => provisioner);
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ name, reclaimPolicy }) => {
      const left = reclaimPolicy === 'Retain' ? (released.get(name) ?? []) : [];
      const ages = left.map(({ phaseSince }) => ageMs(source, phaseSince));
      const old = ages.filter((age) => age !== undefined && age > longestDays * dayMs);
      if (old.length > 0) return `${old.length} of its volumes have been released for more than ${longestDays} days`;
      return ages.includes(undefined) ? { undecided: 'since when its volumes are released is not known' } : undefined;
    });
  },
});
