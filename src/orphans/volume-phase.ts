import type { Context, ScopedLinks } from '../model/check.ts';
import type { Evidence, FindingDraft, Premise } from '../model/finding.ts';
import type { VolumeLink } from '../model/links.ts';
import { shellQuote } from '../util/shell.ts';
import { reclaimableBytes } from './bytes.ts';
import { bytesOf, draft, fact } from './draft.ts';
import { clusterResource, labelsOf, ownerOfVolume } from './resources.ts';

/** Volumes of a phase that has lasted past minAge, whose dataset is not already reported as gone. */
export function volumesInPhase(
  links: readonly VolumeLink[],
  phases: readonly string[],
  context: Context,
): { readonly stuck: VolumeLink[]; readonly unknown: VolumeLink[] } {
  const stuck: VolumeLink[] = [];
  const unknown: VolumeLink[] = [];
  for (const link of links) {
    const { volume } = link;
    if (!phases.includes(volume.phase) || link.backing.status === 'absent') continue;
    const since = volume.phaseSince ?? volume.createdAt;
    const isOld = context.isOlderThan(`cluster/${link.cluster}`, since, context.options.minAgeMs);
    if (isOld === 'yes') stuck.push(link);
    if (isOld === 'unknown') unknown.push(link);
  }
  return { stuck, unknown };
}

/** What all findings on a volume's phase have in common. */
export function volumeFinding(
  meta: Parameters<typeof draft>[0],
  scope: string,
  link: VolumeLink,
  links: ScopedLinks,
  parts: {
    readonly why: string;
    readonly steps: readonly string[];
    readonly commands?: readonly string[];
    readonly evidence?: readonly Evidence[];
    readonly blockers?: FindingDraft['blockers'];
  },
): FindingDraft {
  const { volume } = link;
  const at = link.backing.status === 'found' ? link.backing.value : undefined;
  const dataset = at === undefined ? undefined : links.datasetAt(at.nas, at.dataset.name);
  const from = `cluster/${link.cluster} persistentVolumes`;
  const premise: Premise = {
    source: `cluster/${link.cluster}`,
    kind: 'PersistentVolume',
    name: volume.name,
    uid: volume.uid,
    expect: 'present',
  };
  return draft(meta, scope, {
    resource: clusterResource(link.cluster, 'PersistentVolume', volume),
    owner: { ...ownerOfVolume(volume), ...labelsOf(volume) },
    createdAt: volume.createdAt,
    ignore: volume.ignore,
    bytes: bytesOf({
      provisioned: volume.capacityBytes,
      used: at?.dataset.usedBytes,
      reclaimable: dataset === undefined ? undefined : reclaimableBytes(dataset),
    }),
    why: parts.why,
    evidence: [
      ...fact('phase', volume.phase, from),
      ...fact('in this phase since', volume.phaseSince, from),
      ...fact('reclaim policy', volume.reclaimPolicy, from),
      ...fact('dataset', at?.dataset.name, `nas/${at?.nas ?? ''} datasets`),
      ...(parts.evidence ?? []),
    ],
    blockers: parts.blockers ?? [],
    steps: parts.steps,
    commands: [`kubectl get pv ${shellQuote(volume.name)} -o yaml`, ...(parts.commands ?? [])],
    premises: [premise],
  });
}
