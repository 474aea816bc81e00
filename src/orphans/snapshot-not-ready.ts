import { type Detector, defineDetector } from '../model/check.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { clusterResource, labelsOf } from './resources.ts';
import { snapshotDriver } from './snapshot-driver.ts';

export const snapshotNotReady: Detector = defineDetector({
  meta: {
    id: 'snapshot-not-ready',
    title: 'VolumeSnapshot that does not become ready',
    severity: 'MEDIUM',
    why: 'A backup that counts on it does not exist; a half-made snapshot may lie on the NAS.',
    remediation: 'Read the error, mend the snapshot class or driver, then delete and repeat the snapshot.',
    scope: 'cluster',
    provesAbsence: false,
    frees: false,
    needs: { cluster: ['volumeSnapshots', 'volumeSnapshotContents', 'volumeSnapshotClasses'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const source = `cluster/${view.cluster.name}`;
    const driverOf = snapshotDriver(
      view.cluster.volumeSnapshotContents,
      view.cluster.volumeSnapshotClasses,
      view.links.volumes,
    );
    const gone = new Set(
      view.links.contents.filter((link) => link.backing.status === 'absent').map((link) => link.content.name),
    );
    for (const snapshot of view.cluster.volumeSnapshots) {
      if (snapshot.readyToUse === true && snapshot.error === undefined) continue;
      if (snapshot.deletingSince !== undefined || gone.has(snapshot.boundContent ?? '')) continue;
      if (driverOf(snapshot) === 'foreign') continue;
      const isOld = context.isOlderThan(source, snapshot.createdAt, context.options.snapshotNotReadyMs);
      const name = `${snapshot.namespace}/${snapshot.name}`;
      if (isOld === 'no') continue;
      if (isOld === 'unknown') {
        verdict.unknown('VolumeSnapshot', name, 'its creation time is unknown');
        continue;
      }
      const message = snapshot.error?.message;
      verdict.found(
        draft(snapshotNotReady.meta, view.scope, {
          resource: clusterResource(view.cluster.name, 'VolumeSnapshot', snapshot),
          owner: {
            namespace: snapshot.namespace,
            ...(snapshot.sourceClaim !== undefined && { claim: snapshot.sourceClaim }),
            ...labelsOf(snapshot),
          },
          createdAt: snapshot.createdAt,
          ignore: snapshot.ignore,
          bytes: bytesOf({}),
          why: `it is not ready to use: ${message ?? 'no error is given; is the snapshot-controller running?'}`,
          evidence: [
            ...fact('snapshot class', snapshot.snapshotClass, `${source} volumeSnapshots`),
            ...fact('content', snapshot.boundContent ?? 'none', `${source} volumeSnapshots`),
            ...fact('error', message, `${source} volumeSnapshots`),
          ],
          steps: [
            'Read the error and the log of the csi-snapshotter sidecar.',
            'Delete the VolumeSnapshot and take a new one.',
          ],
          commands: [
            `kubectl -n ${shellQuote(snapshot.namespace)} describe volumesnapshot ${shellQuote(snapshot.name)}`,
          ],
          premises: [
            {
              source: `cluster/${view.cluster.name}`,
              kind: 'VolumeSnapshot',
              namespace: snapshot.namespace,
              name: snapshot.name,
              uid: snapshot.uid,
              expect: 'present',
            },
          ],
        }),
      );
    }
    return verdict;
  },
});
