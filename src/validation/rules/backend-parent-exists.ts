import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const backendParentExists = defineRule({
  meta: {
    id: 'backend-parent-exists',
    title: 'Parent datasets of the backend exist',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'The driver makes volumes below them; without them every claim fails and nothing can be judged.',
    remediation: 'Make the dataset, or correct the parent in the config of the driver and of Strandline.',
    example: 'zfs list -r <pool>\nzfs create -p <parent>',
    needs: { nas: ['datasets'] },
  },
  check(view) {
    const datasets = new Set(view.nas.datasets.map(({ name }) => name));
    const parents = [...(view.backend?.parents ?? []), ...(view.backend?.detachedParents ?? [])];
    return judgeEach(parents, nasResource(view, 'Dataset'), (parent) =>
      datasets.has(parent) ? undefined : `${view.nas.name} has no dataset ${parent}`,
    );
  },
});
