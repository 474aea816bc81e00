import { type Detector, defineDetector } from '../model/check.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { clusterResource } from './resources.ts';

export const snapshotUnboundContent: Detector = defineDetector({
  meta: {
    id: 'snapshot-unbound-content',
    title: 'VolumeSnapshotContent without its VolumeSnapshot, or the reverse',
    severity: 'LOW',
    why: 'One half of the pair is gone: the snapshot on the NAS stays, and nobody in the namespace sees it.',
    remediation: 'Delete the half that is left, or bind it again when the snapshot is still wanted.',
    scope: 'cluster',
    provesAbsence: false,
    frees: true,
    needs: { cluster: ['volumeSnapshots', 'volumeSnapshotContents'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const cluster = view.cluster.name;
    const source = `cluster/${cluster}`;
    const byUid = new Set(view.cluster.volumeSnapshots.map((snapshot) => snapshot.uid));
    const byName = new Map(view.cluster.volumeSnapshots.map((item) => [`${item.namespace}/${item.name}`, item]));
    const contentNames = new Set(view.cluster.volumeSnapshotContents.map((content) => content.name));
    const ours = new Set(view.links.contents.map((link) => link.content.uid));
    const gone = new Set(view.links.contents.filter((l) => l.backing.status === 'absent').map((l) => l.content.uid));
    const tools = context.peek.cluster(cluster, 'backupTools') ?? [];

    for (const content of view.cluster.volumeSnapshotContents) {
      const ref = content.snapshotRef;
      if (!ours.has(content.uid) || gone.has(content.uid) || ref === undefined || content.deletingSince !== undefined)
        continue;
      const isThere = ref.uid !== undefined ? byUid.has(ref.uid) : byName.has(`${ref.namespace}/${ref.name}`);
      if (isThere) continue;
      const isOld = context.isOlderThan(source, content.createdAt, context.options.minAgeMs);
      if (isOld === 'no') continue;
      if (isOld === 'unknown') {
        verdict.unknown('VolumeSnapshotContent', content.name, 'its creation time is unknown');
        continue;
      }
      verdict.found(
        draft(snapshotUnboundContent.meta, view.scope, {
          resource: clusterResource(cluster, 'VolumeSnapshotContent', content),
          owner: { namespace: ref.namespace },
          createdAt: content.createdAt,
          ignore: content.ignore,
          bytes: bytesOf({}),
          why: `its VolumeSnapshot ${ref.namespace}/${ref.name} does not exist any more`,
          evidence: [
            ...fact('deletion policy', content.deletionPolicy, `${source} volumeSnapshotContents`),
            ...fact('snapshot handle', content.snapshotHandle, `${source} volumeSnapshotContents`),
            ...tools.flatMap((tool) => fact('backup tool in the cluster', tool.name, `${source} backupTools`)),
          ],
          blockers:
            content.deletionPolicy === 'Retain'
              ? [
                  {
                    kind: 'retain',
                    name: content.name,
                    why: 'policy Retain: deleting it leaves the snapshot on the NAS',
                  },
                ]
              : [],
          steps: [
            'Ask whoever runs backups whether it is theirs.',
            'Delete the content; with policy Retain also its ZFS snapshot.',
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
            {
              source: `cluster/${cluster}`,
              kind: 'VolumeSnapshot',
              namespace: ref.namespace,
              name: ref.name,
              expect: 'absent',
            },
          ],
        }),
      );
    }
    for (const snapshot of view.cluster.volumeSnapshots) {
      const content = snapshot.boundContent;
      if (content === undefined || contentNames.has(content) || snapshot.deletingSince !== undefined) continue;
      const isOld = context.isOlderThan(source, snapshot.createdAt, context.options.minAgeMs);
      if (isOld !== 'yes') continue;
      verdict.found(
        draft(snapshotUnboundContent.meta, view.scope, {
          resource: clusterResource(cluster, 'VolumeSnapshot', snapshot),
          owner: {
            namespace: snapshot.namespace,
            ...(snapshot.sourceClaim !== undefined && { claim: snapshot.sourceClaim }),
          },
          createdAt: snapshot.createdAt,
          ignore: snapshot.ignore,
          bytes: bytesOf({}),
          why: `its VolumeSnapshotContent ${content} does not exist any more`,
          evidence: fact('bound to', content, `${source} volumeSnapshots`),
          steps: [
            'Look on the NAS for the snapshot of this VolumeSnapshot.',
            'Delete the VolumeSnapshot, or bind it to a pre-provisioned content.',
          ],
          commands: [
            `kubectl -n ${shellQuote(snapshot.namespace)} get volumesnapshot ${shellQuote(snapshot.name)} -o yaml`,
          ],
          premises: [
            {
              source: `cluster/${cluster}`,
              kind: 'VolumeSnapshot',
              namespace: snapshot.namespace,
              name: snapshot.name,
              uid: snapshot.uid,
              expect: 'present',
            },
            { source: `cluster/${cluster}`, kind: 'VolumeSnapshotContent', name: content, expect: 'absent' },
          ],
        }),
      );
    }
    return verdict;
  },
});
