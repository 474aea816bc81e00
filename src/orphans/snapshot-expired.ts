import { type Detector, defineDetector } from '../model/check.ts';
import type { SnapshotLink } from '../model/links.ts';
import type { ZfsSnapshot } from '../model/truenas.ts';
import { retentionOf } from '../util/retention.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { clusterResource, labelsOf } from './resources.ts';

export const snapshotExpired: Detector = defineDetector({
  meta: {
    id: 'snapshot-expired',
    title: 'CSI snapshot older than the retention that applies to it',
    severity: 'LOW',
    why: 'It was meant to be gone by now and still holds space.',
    remediation: 'Delete the VolumeSnapshot, or lengthen the retention.',
    scope: 'cluster',
    provesAbsence: false,
    frees: true,
    needs: { cluster: ['volumeSnapshots', 'volumeSnapshotContents', 'claims'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const source = `cluster/${view.cluster.name}`;
    const claims = new Map(view.cluster.claims.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
    const links = new Map(view.links.contents.map((link) => [link.content.name, link]));
    const usedOnNas = usedBytesLookup(view.links.snapshots);
    for (const snapshot of view.cluster.volumeSnapshots) {
      const link = links.get(snapshot.boundContent ?? '');
      if (link === undefined || link.backing.status === 'absent' || snapshot.deletingSince !== undefined) continue;
      const limit = retentionOf(
        snapshot,
        claims.get(`${snapshot.namespace}/${snapshot.sourceClaim ?? ''}`),
        context.options.snapshotRetention,
      );
      if (limit === undefined) continue;
      const at = snapshot.snapshotCreatedAt ?? snapshot.createdAt;
      const isOld = context.isOlderThan(source, at, limit.maxAgeMs);
      const name = `${snapshot.namespace}/${snapshot.name}`;
      if (isOld === 'unknown') verdict.unknown('VolumeSnapshot', name, 'its creation time is unknown');
      if (isOld !== 'yes') continue;
      const backing = link.backing.status === 'found' ? link.backing.value : undefined;
      const used = backing === undefined ? undefined : usedOnNas(backing.nas, backing.name);
      verdict.found(
        draft(snapshotExpired.meta, view.scope, {
          resource: clusterResource(view.cluster.name, 'VolumeSnapshot', snapshot),
          owner: {
            namespace: snapshot.namespace,
            ...(snapshot.sourceClaim !== undefined && { claim: snapshot.sourceClaim }),
            ...labelsOf(snapshot),
          },
          createdAt: at,
          ignore: snapshot.ignore,
          bytes: bytesOf({ used, reclaimable: used }),
          why: `it is older than the ${Math.round(limit.maxAgeMs / 86_400_000)} days that ${limit.from} allows`,
          evidence: [
            ...fact('taken at', at, `${source} volumeSnapshots`),
            ...fact('retention from', limit.from, 'config checks.snapshotRetention, annotations'),
            ...fact('on the NAS', backing?.name, `nas/${backing?.nas ?? ''} snapshots`),
          ],
          steps: ['Check that a newer snapshot or backup exists.', 'Delete the VolumeSnapshot.'],
          commands: [`kubectl -n ${shellQuote(snapshot.namespace)} get volumesnapshot ${shellQuote(snapshot.name)}`],
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

/** Indexed when first asked: a NAS has many more snapshots than retention has anything to say about. */
function usedBytesLookup(links: readonly SnapshotLink[]): (nas: string, name: string) => number | undefined {
  let snapshots: Map<string, Map<string, ZfsSnapshot>> | undefined;
  const index = () => {
    const byNas = new Map<string, Map<string, ZfsSnapshot>>();
    for (const { nas, snapshot } of links) {
      const there = byNas.get(nas) ?? new Map<string, ZfsSnapshot>();
      byNas.set(nas, there.set(snapshot.name, snapshot));
    }
    return byNas;
  };
  return (nas, name) => {
    snapshots ??= index();
    return snapshots.get(nas)?.get(name)?.usedBytes;
  };
}
