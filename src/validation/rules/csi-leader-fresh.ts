import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

/** Leaders renew every few seconds; one that was silent for so long is gone or hangs. */
const staleMs = 5 * 60_000;

export const csiLeaderFresh = defineRule({
  meta: {
    id: 'csi-leader-fresh',
    title: 'The sidecars of the controller have a leader that is alive',
    severity: 'HIGH',
    component: 'csi',
    scope: 'backend',
    why: 'A leader that hangs keeps its lease, and nothing is made, deleted, resized or attached meanwhile.',
    remediation: 'Look at the log of the sidecar that holds the lease, and restart its pod.',
    example:
      'kubectl -n <namespace> get lease <name> -o yaml\nkubectl -n <namespace> logs <pod> -c external-provisioner --tail=50',
    needs: { cluster: ['leases'] },
  },
  check(view, { ageMs }) {
    const leases = view.cluster.leases.filter(({ name }) => isLeaseOf(name, view.backend?.driver ?? ''));
    return judgeEach(leases, clusterResource(view, 'Lease'), ({ renewedAt, holder, durationSeconds = 0 }) => {
      if (holder === undefined || holder === '') return 'nobody leads';
      const silentMs = ageMs(`cluster/${view.cluster.name}`, renewedAt);
      if (silentMs === undefined) return { undecided: 'the time of its renewal is not known' };
      if (silentMs <= Math.max(staleMs, 4_000 * durationSeconds)) return undefined;
      return `${holder} has not renewed it for ${Math.floor(silentMs / 60_000)} minutes`;
    });
  },
});

/** The provisioner's has the driver's name with dashes for dots; those of other sidecars end in it. */
function isLeaseOf(lease: string, driver: string): boolean {
  const name = driver.replaceAll(/[^A-Za-z0-9-]/g, '-');
  return driver !== '' && (lease === name || lease.endsWith(`-${name}`));
}
