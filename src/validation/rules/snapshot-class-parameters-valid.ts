import type { Backend } from '../../model/backend.ts';
import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

export const snapshotClassParametersValid = defineRule({
  meta: {
    id: 'snapshot-class-parameters-valid',
    title: 'Parameters of the VolumeSnapshotClass are ones that its driver knows',
    severity: 'MEDIUM',
    component: 'snapshotClass',
    scope: 'backend',
    why: 'A misspelt `detachedSnapshots` makes ordinary snapshots, which die with their volume.',
    remediation: 'Correct the parameters, and name the detached parent in the config of the backend.',
    example: 'parameters:\n  detachedSnapshots: "true"',
    needs: { cluster: ['volumeSnapshotClasses'] },
  },
  check(view) {
    const { backend } = view;
    const classes = view.cluster.volumeSnapshotClasses.filter(({ driver }) => driver === backend?.driver);
    return judgeEach(classes, clusterResource(view, 'VolumeSnapshotClass'), ({ parameters }) => {
      const own = Object.entries(parameters).filter(([key]) => !key.startsWith('csi.storage.k8s.io/'));
      const problems = own.flatMap(([key, value]) => (backend === undefined ? [] : problemsOf(backend, key, value)));
      return problems.length === 0 ? undefined : problems.join('; ');
    });
  },
});

function problemsOf({ family, detachedParents }: Backend, key: string, value: string): string[] {
  if (family === 'truenas-csi') return [`csi.truenas.io knows no parameter ${key}`];
  const name = key.startsWith('democratic-csi.org/') ? key.slice(key.lastIndexOf('/') + 1) : key;
  if (name !== 'detachedSnapshots') return [`democratic-csi knows no parameter ${key}`];
  if (value !== 'true' && value !== 'false') return [`${key} must be "true" or "false", not "${value}"`];
  if (value === 'true' && detachedParents.length === 0) {
    return ['detached snapshots are on, but no detached parent of this backend is known'];
  }
  return [];
}
