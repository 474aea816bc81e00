import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { isAlive, isPodReady } from '../csi-pods.ts';
import { ours } from '../our-drivers.ts';

export const snapshotControllerReady = defineRule({
  meta: {
    id: 'snapshot-controller-ready',
    title: 'The snapshot controller runs',
    severity: 'HIGH',
    component: 'csi',
    scope: 'cluster',
    why: 'Without it VolumeSnapshots stay without a status, and backups wait for them.',
    remediation: 'Install the snapshot controller once per cluster; drivers do not bring it.',
    example: 'kubectl apply -k github.com/kubernetes-csi/external-snapshotter/deploy/kubernetes/snapshot-controller',
    needs: { cluster: ['pods', 'volumeSnapshotClasses', 'volumeSnapshots'] },
  },
  check(view): Judged {
    const { name, pods, volumeSnapshots } = view.cluster;
    const classes = ours(view, view.cluster.volumeSnapshotClasses, ({ driver }) => driver);
    if (classes.length === 0) return { judged: 0, problems: [], undecided: [] };
    const own = pods.filter(
      (pod) => isAlive(pod) && pod.containers.some(({ image }) => /snapshot-controller/.test(image)),
    );
    if (own.some(isPodReady)) return { judged: 1, problems: [], undecided: [] };
    const resource = {
      source: `cluster/${name}`,
      cluster: name,
      kind: 'Deployment',
      name: 'snapshot-controller',
    } as const;
    if (own.length > 0) return { judged: 1, problems: [{ resource, why: 'none of its pods is ready' }], undecided: [] };
    // Managed clusters may run it out of sight: only snapshots that nobody took up show that it is missing.
    const waiting = volumeSnapshots.filter(({ readyToUse, boundContent }) => readyToUse === undefined && !boundContent);
    if (waiting.length > 0) {
      const why = `no pod of it was seen, and ${waiting.length} VolumeSnapshots have no status`;
      return { judged: 1, problems: [{ resource, why }], undecided: [] };
    }
    const because = 'no pod of it was seen; it may run outside of the cluster';
    return { judged: 0, problems: [], undecided: [{ kind: resource.kind, name: resource.name, because }] };
  },
});
