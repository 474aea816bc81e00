import { defineRule } from '../../model/rule.ts';
import { poolOf } from '../../util/names.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

/** From here on TrueNAS itself warns. */
const warnShare = 0.8;

export const backendPoolBelowLimit = defineRule({
  meta: {
    id: 'backend-pool-below-limit',
    title: 'Pools that hold volumes are less than 80 % full',
    severity: 'MEDIUM',
    component: 'backend',
    scope: 'backend',
    why: 'ZFS slows down as a pool fills, and on a full one every thin volume gets write errors.',
    remediation: 'Free space (the findings of this report say where), or add disks.',
    example: 'zfs list -o name,used,avail <pool>\nzfs list -r -t all -o name,used -S used <pool> | head',
    needs: { nas: ['datasets'] },
  },
  check(view) {
    const names = [...new Set((view.backend?.parents ?? []).map(poolOf))];
    return judgeEach(names, nasResource(view, 'Pool'), (name) => {
      const root = view.nas.datasets.find((dataset) => dataset.name === name);
      if (root?.usedBytes === undefined || root.availableBytes === undefined) {
        return { undecided: 'its used and available space are not known' };
      }
      const share = root.usedBytes / (root.usedBytes + root.availableBytes);
      return share < warnShare ? undefined : `it is ${Math.floor(share * 100)} % full`;
    });
  },
});
