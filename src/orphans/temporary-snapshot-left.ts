import { type Detector, defineDetector } from '../model/check.ts';
import { ignoreOf } from '../util/ignore-mark.ts';
import { shellJson } from '../util/shell.ts';
import { holdsOf } from './blockers.ts';
import { confidenceIn } from './confidence.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { nasResource } from './resources.ts';

export const temporarySnapshotLeft: Detector = defineDetector({
  meta: {
    id: 'temporary-snapshot-left',
    title: 'Temporary snapshot of a copy or clone that nothing needs any more',
    severity: 'LOW',
    why: 'A driver made it for a clone or a copy and did not clean up; it holds the space of everything changed since.',
    remediation: 'Destroy it: no clone depends on it.',
    scope: 'backend',
    provesAbsence: true,
    frees: true,
    needs: { nas: ['snapshots', 'datasets', 'pools', 'replications'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    for (const { origin, snapshot, clones, nas, backend } of view.links.snapshots) {
      if (origin !== 'temporary' || clones.length > 0 || snapshot.deferDestroy === true) continue;
      const dataset = view.links.datasetAt(nas, snapshot.dataset);
      const isOfOrphan =
        (dataset?.role === 'volume' || dataset?.role === 'incomplete') && dataset.uses.status !== 'found';
      if (dataset === undefined || dataset.role === 'replica' || isOfOrphan) continue;
      const isOld = context.isOlderThan(`nas/${nas}`, snapshot.createdAt, context.options.minAgeMs);
      if (isOld === 'unknown') verdict.unknown('ZfsSnapshot', snapshot.name, 'its creation time is unknown');
      if (isOld !== 'yes') continue;
      const confidence = confidenceIn(backend, dataset.proofs);
      const reclaimable = confidence === 'low' ? undefined : snapshot.usedBytes;
      verdict.found(
        draft(temporarySnapshotLeft.meta, view.scope, {
          confidence,
          resource: nasResource(nas, 'ZfsSnapshot', snapshot.name, snapshot.guid ?? snapshot.createTxg),
          createdAt: snapshot.createdAt,
          ignore: ignoreOf(snapshot),
          bytes: bytesOf({ used: snapshot.usedBytes, reclaimable }),
          why: `${snapshot.snapshotName} was made for a copy or clone, and no dataset has it as its origin`,
          evidence: [
            ...fact('dataset', snapshot.dataset, `nas/${nas} snapshots`),
            ...fact('clones', 0, `nas/${nas} datasets, origin`),
          ],
          blockers: holdsOf(snapshot),
          steps: ['Check that no copy is running (a claim that is Pending).', 'Destroy the snapshot.'],
          commands: [`midclt call zfs.snapshot.query ${shellJson([['id', '=', snapshot.name]])}`],
          premises: [{ source: `nas/${nas}`, kind: 'snapshot', name: snapshot.name, expect: 'present' }],
        }),
      );
    }
    return verdict;
  },
});
