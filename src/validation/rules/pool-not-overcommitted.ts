import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const poolNotOvercommitted = defineRule({
  meta: {
    id: 'pool-not-overcommitted',
    title: 'A pool can hold all that its volumes were promised',
    severity: 'LOW',
    component: 'backend',
    scope: 'nas',
    why: 'Thin volumes may fill up together; then all of them get write errors at once.',
    remediation: 'Watch the fill of the pool, set quotas, or reserve space for the volumes that matter.',
    example: 'zfs set refreservation=<size> <zvol>   # thick: the space is kept free for it',
    needs: { nas: ['pools'] },
  },
  check(view, { options }) {
    const measured = new Map(options.pools.filter(({ nas }) => nas === view.nas.name).map((row) => [row.pool, row]));
    return judgeEach(
      view.nas.pools,
      ({ name }) => nasResource(view, 'Pool')(name),
      ({ name }) => {
        const ratio = measured.get(name)?.overcommitRatio;
        if (ratio === undefined) return { undecided: 'what its volumes may grow to is not known' };
        return ratio <= 1 ? undefined : `volumes may grow to ${ratio.toFixed(2)} times its usable size`;
      },
    );
  },
});
