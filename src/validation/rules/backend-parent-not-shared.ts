import { defineRule } from '../../model/rule.ts';
import { isAtOrBelow } from '../../util/names.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const backendParentNotShared = defineRule({
  meta: {
    id: 'backend-parent-not-shared',
    title: 'No two backends keep volumes below the same dataset',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'Each driver takes everything there for its own; the cleaner of one destroys the volumes of the other.',
    remediation: 'Give every deployment its own parent dataset, in every cluster, and move the volumes.',
    example: 'zfs: { datasetParentName: <pool>/k8s/<cluster>/<protocol>/vols }',
    needs: {},
  },
  check(view) {
    const { backend } = view;
    const others = view.links.backends.filter(({ id, nas }) => id !== backend?.id && nas === backend?.nas);
    return judgeEach(backend?.parents ?? [], nasResource(view, 'Dataset'), (parent) => {
      const rivals = others.filter(({ parents }) =>
        parents.some((other) => isAtOrBelow(other, parent) || isAtOrBelow(parent, other)),
      );
      if (rivals.length === 0) return undefined;
      return `also used by ${rivals.map(({ cluster, driver }) => `${driver} of cluster ${cluster}`).join(', ')}`;
    });
  },
});
