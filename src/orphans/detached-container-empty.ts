import { type Detector, defineDetector } from '../model/check.ts';
import { leafOf } from '../util/names.ts';
import { shellJson } from '../util/shell.ts';
import { reclaimableBytes } from './bytes.ts';
import { confidenceIn } from './confidence.ts';
import { bytesOf, draft, fact, ignoreOfDataset, Verdict } from './draft.ts';
import { datasetResource } from './resources.ts';

export const detachedContainerEmpty: Detector = defineDetector({
  meta: {
    id: 'detached-container-empty',
    title: 'Empty container of detached snapshots',
    severity: 'LOW',
    why: 'The last detached snapshot of a volume is gone and its container stayed: clutter, hardly any space.',
    remediation: 'Destroy the empty dataset.',
    scope: 'backend',
    provesAbsence: true,
    frees: true,
    families: ['democratic-csi'],
    needs: { nas: ['datasets', 'pools', 'replications'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const referredTo = new Set(view.links.contents.flatMap(({ content }) => containerOf(content.snapshotHandle) ?? []));
    for (const link of view.links.datasets) {
      const { role, dataset, children, nas, uses } = link;
      if (role !== 'detachedContainer' || children.length > 0 || referredTo.has(leafOf(dataset.name))) continue;
      const outside =
        uses.status === 'found'
          ? uses.value.filter(
              (use) => use.kind === 'staticVolume' || use.kind === 'inlineVolume' || use.kind === 'session',
            )
          : [];
      if (outside.length > 0) continue;
      const isOld = context.isOlderThan(`nas/${nas}`, dataset.createdAt, context.options.minAgeMs);
      if (isOld === 'unknown') verdict.unknown('Dataset', dataset.name, 'its creation time is unknown');
      if (isOld !== 'yes') continue;
      const confidence = confidenceIn(link.backend, []);
      const reclaimable = confidence === 'low' ? undefined : reclaimableBytes(link);
      verdict.found(
        draft(detachedContainerEmpty.meta, view.scope, {
          resource: datasetResource(nas, dataset),
          confidence,
          createdAt: dataset.createdAt,
          ignore: ignoreOfDataset(dataset),
          bytes: bytesOf({ used: dataset.usedBytes, reclaimable }),
          why: `${dataset.name} holds no detached snapshot any more`,
          evidence: fact('datasets below it', 0, `nas/${nas} datasets`),
          steps: ['Check that it is really empty.', 'Destroy the dataset.'],
          commands: [`midclt call pool.dataset.query ${shellJson([['id', '^', dataset.name]])}`],
          premises: [{ source: `nas/${nas}`, kind: 'dataset', name: dataset.name, expect: 'present' }],
        }),
      );
    }
    return verdict;
  },
});

/** Handle of a detached snapshot: `<volume>/<snapshot>`, the container bearing the volume's name. */
function containerOf(handle: string | undefined): string | undefined {
  const parts = handle?.includes('@') === false ? handle.split('/') : [];
  return parts.at(-2);
}
