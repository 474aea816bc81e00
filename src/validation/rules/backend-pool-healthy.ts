import { defineRule } from '../../model/rule.ts';
import { poolOf } from '../../util/names.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const backendPoolHealthy = defineRule({
  meta: {
    id: 'backend-pool-healthy',
    title: 'Pools that hold volumes are healthy',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'On a degraded pool the next failing disk can take every volume with it.',
    remediation: 'Look at the pool on the NAS and replace what has failed.',
    example: 'zpool status -x',
    needs: { nas: ['pools'] },
  },
  check(view) {
    const names = [...new Set((view.backend?.parents ?? []).map(poolOf))];
    return judgeEach(names, nasResource(view, 'Pool'), (name) => {
      const pool = view.nas.pools.find((row) => row.name === name);
      if (pool === undefined) return `${view.nas.name} has no pool ${name}`;
      return pool.healthy && pool.status === 'ONLINE' ? undefined : `its status is ${pool.status}`;
    });
  },
});
