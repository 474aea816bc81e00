import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';

export const snapshotCrdsInstalled = defineRule({
  meta: {
    id: 'snapshot-crds-installed',
    title: 'The snapshot CRDs are installed',
    severity: 'LOW',
    component: 'csi',
    scope: 'cluster',
    why: 'Without them volumes cannot be snapshotted, and CSI snapshots on the NAS cannot be told from leftovers.',
    remediation: 'Install the CRDs of external-snapshotter.',
    example: 'kubectl apply -k github.com/kubernetes-csi/external-snapshotter/client/config/crd',
    needs: { cluster: ['volumeSnapshotClasses'] },
  },
  check(view): Judged {
    const why = view.absent('volumeSnapshotClasses');
    if (why === undefined) return { judged: 1, problems: [], undecided: [] };
    const { name } = view.cluster;
    const resource = { source: `cluster/${name}`, cluster: name, kind: 'Cluster', name } as const;
    return { judged: 1, problems: [{ resource, why }], undecided: [] };
  },
});
