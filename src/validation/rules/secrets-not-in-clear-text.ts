import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

export const secretsNotInClearText = defineRule({
  meta: {
    id: 'secrets-not-in-clear-text',
    title: 'No secret stands in clear text in a class or volume',
    severity: 'HIGH',
    component: 'storageClass',
    scope: 'cluster',
    why: 'Whoever may list classes or volumes reads it, and the driver copies it into every volume.',
    remediation: 'Move it to a Secret that the class refers to, and change the password or key.',
    example:
      'parameters:\n  csi.storage.k8s.io/node-stage-secret-name: <secret>\n  csi.storage.k8s.io/node-stage-secret-namespace: <namespace>',
    needs: { cluster: ['storageClasses', 'volumeSnapshotClasses', 'persistentVolumes'] },
  },
  check(view) {
    const { storageClasses, volumeSnapshotClasses, persistentVolumes } = view.cluster;
    const judge = ({ plaintextSecretKeys }: { readonly plaintextSecretKeys: readonly string[] }) =>
      plaintextSecretKeys.length === 0 ? undefined : `${plaintextSecretKeys.join(', ')} is readable by everybody`;
    return join([
      judgeEach(storageClasses, clusterResource(view, 'StorageClass'), judge),
      judgeEach(volumeSnapshotClasses, clusterResource(view, 'VolumeSnapshotClass'), judge),
      judgeEach(persistentVolumes, clusterResource(view, 'PersistentVolume'), judge),
    ]);
  },
});

function join(parts: readonly Judged[]): Judged {
  return {
    judged: parts.reduce((total, { judged }) => total + judged, 0),
    problems: parts.flatMap(({ problems }) => problems),
    undecided: parts.flatMap(({ undecided }) => undecided),
  };
}
