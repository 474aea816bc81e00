import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const backendParentUnlocked = defineRule({
  meta: {
    id: 'backend-parent-unlocked',
    title: 'Parent datasets of the backend are unlocked',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'Nothing below a locked dataset can be mounted or made.',
    remediation: 'Unlock the dataset, and store its key if it has to open by itself after a reboot.',
    example: 'midclt call -job pool.dataset.unlock <dataset> \'{"recursive": true}\'',
    needs: { nas: ['datasets'] },
  },
  check(view) {
    const parents = new Set([...(view.backend?.parents ?? []), ...(view.backend?.detachedParents ?? [])]);
    const datasets = view.nas.datasets.filter(({ name }) => parents.has(name));
    return judgeEach(
      datasets,
      ({ name }) => nasResource(view, 'Dataset')(name),
      ({ locked }) => (locked ? 'it is encrypted and locked' : undefined),
    );
  },
});
