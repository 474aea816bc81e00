import { type Detector, defineDetector } from '../model/check.ts';
import type { Use } from '../model/links.ts';
import { ignoreOf } from '../util/ignore-mark.ts';
import { leafOf } from '../util/names.ts';
import { shellJson } from '../util/shell.ts';
import { blockersOfDataset } from './blockers.ts';
import { reclaimableBytes } from './bytes.ts';
import { confidenceIn } from './confidence.ts';
import { bytesOf, draft, fact, unreadWords, Verdict } from './draft.ts';
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
    needs: {
      everyCluster: ['persistentVolumes', 'pods', 'workloads'],
      nas: ['datasets', 'pools', 'replications'],
    },
  },
  run(view, context) {
    const verdict = new Verdict();
    const referredTo = new Set(view.links.contents.flatMap(({ content }) => containerOf(content.snapshotHandle) ?? []));
    for (const link of view.links.datasets) {
      const { role, dataset, children, nas, uses } = link;
      if (role !== 'detachedContainer' || children.length > 0 || referredTo.has(leafOf(dataset.name))) continue;
      if (uses.status === 'found' && uses.value.some(({ kind }) => fromOutside.has(kind))) continue;
      const isOld = context.isOlderThan(`nas/${nas}`, dataset.createdAt, context.options.minAgeMs);
      if (isOld === 'no') continue;
      if (uses.status === 'unknown' || isOld === 'unknown') {
        const because = uses.status === 'unknown' ? unreadWords(uses.unread) : 'its creation time is unknown';
        verdict.unknown('Dataset', dataset.name, because);
        continue;
      }
      const confidence = confidenceIn(link.backend, []);
      const reclaimable = confidence === 'low' ? undefined : reclaimableBytes(link);
      verdict.found(
        draft(detachedContainerEmpty.meta, view.scope, {
          resource: datasetResource(nas, dataset),
          confidence,
          createdAt: dataset.createdAt,
          ignore: ignoreOf(dataset),
          bytes: bytesOf({ used: dataset.usedBytes, reclaimable }),
          why: `${dataset.name} holds no detached snapshot any more`,
          blockers: blockersOfDataset(link, context.peek),
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

/** The volume and its claim refer to the container by its name alone; these point at the dataset itself. */
const fromOutside: ReadonlySet<Use['kind']> = new Set(['staticVolume', 'inlineVolume', 'session']);

/** Handle of a detached snapshot: `<volume>/<snapshot>`, the container bearing the volume's name. */
function containerOf(handle: string | undefined): string | undefined {
  const parts = handle?.includes('@') === false ? handle.split('/') : [];
  return parts.at(-2);
}
