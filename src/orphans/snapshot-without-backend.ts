import { type Detector, defineDetector } from '../model/check.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, unreadWords, Verdict } from './draft.ts';
import { clusterResource } from './resources.ts';

export const snapshotWithoutBackend: Detector = defineDetector({
  meta: {
    id: 'snapshot-without-backend',
    title: 'VolumeSnapshotContent whose ZFS snapshot or detached dataset is gone',
    severity: 'HIGH',
    why: 'Whoever counts on this snapshot cannot restore from it.',
    remediation: 'Take a new snapshot, then delete the VolumeSnapshot that stands for nothing.',
    scope: 'backend',
    provesAbsence: true,
    frees: false,
    needs: { cluster: ['volumeSnapshotContents'], nas: ['snapshots', 'datasets', 'pools'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    for (const { cluster, content, backing } of view.links.contents) {
      const handle = content.snapshotHandle ?? content.sourceSnapshotHandle;
      if (handle === undefined || backing.status === 'found') continue;
      if (content.deletingSince !== undefined || content.beingDeleted || content.beingCreated) continue;
      if (backing.status === 'unknown') {
        verdict.unknown('VolumeSnapshotContent', content.name, unreadWords(backing.unread));
        continue;
      }
      const isOld = context.isOlderThan(`cluster/${cluster}`, content.createdAt, context.options.minAgeMs);
      if (isOld === 'no') continue;
      if (isOld === 'unknown') {
        verdict.unknown('VolumeSnapshotContent', content.name, 'its creation time is unknown');
        continue;
      }
      const owner = content.snapshotRef;
      const parents = handle.includes('@') ? view.backend?.parents : view.backend?.detachedParents;
      const expected = view.backend?.family === 'truenas-csi' ? [handle] : (parents ?? []).map((p) => `${p}/${handle}`);
      const kind = handle.includes('@') ? ('snapshot' as const) : ('dataset' as const);
      const from = `cluster/${cluster} volumeSnapshotContents`;
      verdict.found(
        draft(snapshotWithoutBackend.meta, view.scope, {
          resource: clusterResource(cluster, 'VolumeSnapshotContent', content),
          owner: owner === undefined ? {} : { namespace: owner.namespace },
          createdAt: content.createdAt,
          ignore: content.ignore,
          bytes: bytesOf({ provisioned: content.restoreBytes }),
          why: `${expected[0] ?? handle} does not exist on ${view.nas.name}`,
          evidence: [
            ...fact('snapshot handle', handle, from),
            ...(owner === undefined ? [] : fact('VolumeSnapshot', `${owner.namespace}/${owner.name}`, from)),
            ...fact('deletion policy', content.deletionPolicy, from),
            ...expected.flatMap((name) => fact(`${kind} looked for`, name, `nas/${view.nas.name} ${kind}s`)),
          ],
          steps: [
            'Check whether anything counts on this snapshot as a backup.',
            'Take a new snapshot, then delete the VolumeSnapshot.',
          ],
          commands: [`kubectl get volumesnapshotcontent ${shellQuote(content.name)} -o yaml`],
          premises: [
            {
              source: `cluster/${cluster}`,
              kind: 'VolumeSnapshotContent',
              name: content.name,
              uid: content.uid,
              expect: 'present',
            },
            ...expected.map((name) => ({
              source: `nas/${view.nas.name}` as const,
              kind,
              name,
              expect: 'absent' as const,
            })),
          ],
        }),
      );
    }
    return verdict;
  },
});
