import { type Context, type Detector, defineDetector, type ScopedLinks } from '../model/check.ts';
import type { Blocker, Evidence } from '../model/finding.ts';
import type { DatasetLink, VolumeLink } from '../model/links.ts';
import { holdsOf } from './blockers.ts';
import { fact, Verdict } from './draft.ts';
import { volumeFinding, volumesInPhase } from './volume-phase.ts';

export const volumeReleased: Detector = defineDetector({
  meta: {
    id: 'volume-released',
    title: 'Released PersistentVolume whose deletion is stuck',
    severity: 'MEDIUM',
    why: 'The claim is gone and the policy is Delete, but the driver does not get the dataset destroyed; it retries for ever.',
    remediation: 'Remove what blocks the deletion; the provisioner then finishes it by itself.',
    scope: 'cluster',
    provesAbsence: false,
    frees: true,
    needs: { cluster: ['persistentVolumes'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const { stuck, unknown } = volumesInPhase(view.links.volumes, ['Released', 'Failed'], context);
    for (const link of unknown)
      verdict.unknown('PersistentVolume', link.volume.name, 'the time of its release is unknown');
    for (const link of stuck) {
      if (link.volume.reclaimPolicy !== 'Delete') continue;
      const dataset = datasetOf(link, view.links);
      const blockers = blockersOf(link, dataset, context);
      const events = failures(link, context);
      verdict.found(
        volumeFinding(volumeReleased.meta, view.scope, link, view.links, {
          why: `its claim is gone and its policy is Delete, but it was not deleted: ${reason(blockers, events)}`,
          evidence: events,
          blockers,
          steps: [
            'Remove the blockers in the order given.',
            'Wait for the provisioner to retry, or restart its controller pod.',
          ],
        }),
      );
    }
    return verdict;
  },
});

function datasetOf(link: VolumeLink, links: ScopedLinks): DatasetLink | undefined {
  if (link.backing.status !== 'found') return undefined;
  const { nas, dataset } = link.backing.value;
  return links.datasetAt(nas, dataset.name);
}

function blockersOf(link: VolumeLink, dataset: DatasetLink | undefined, context: Context): Blocker[] {
  const attachments = context.peek.cluster(link.cluster, 'volumeAttachments') ?? [];
  const snapshots = dataset?.snapshots.status === 'found' ? dataset.snapshots.value : [];
  return [
    ...attachments
      .filter((attachment) => attachment.persistentVolume === link.volume.name)
      .map(
        (attachment): Blocker => ({
          kind: 'attachment',
          name: attachment.name,
          why: `still attached to ${attachment.node}`,
        }),
      ),
    ...(dataset?.clones ?? []).map(
      (name): Blocker => ({ kind: 'clone', name, why: 'is a clone of one of its snapshots' }),
    ),
    ...snapshots.flatMap(holdsOf),
    ...(snapshots.length > 0
      ? [
          {
            kind: 'snapshot',
            name: `${snapshots.length} on ${dataset?.dataset.name ?? ''}`,
            why: 'newer drivers refuse while snapshots exist',
          } as const,
        ]
      : []),
  ];
}

function failures(link: VolumeLink, context: Context): Evidence[] {
  const events = context.peek.cluster(link.cluster, 'events') ?? [];
  return events
    .filter(
      (event) =>
        event.object.kind === 'PersistentVolume' &&
        event.object.name === link.volume.name &&
        event.reason === 'VolumeFailedDelete',
    )
    .slice(0, 1)
    .flatMap((event) => fact('event VolumeFailedDelete', event.message, `cluster/${link.cluster} events`));
}

function reason(blockers: readonly Blocker[], events: readonly Evidence[]): string {
  const first = blockers[0];
  if (first !== undefined) return `${first.kind} ${first.name} ${first.why}`;
  return events[0]?.value ?? 'nothing that blocks it could be seen; look at the log of the provisioner';
}
