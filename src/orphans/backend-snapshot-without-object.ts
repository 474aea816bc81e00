import type { Backend } from '../model/backend.ts';
import { type Context, type Detector, defineDetector } from '../model/check.ts';
import type { Blocker, Evidence, FindingDraft } from '../model/finding.ts';
import type { DatasetLink, SnapshotLink } from '../model/links.ts';
import { ignoreOf } from '../util/ignore-mark.ts';
import { shellJson } from '../util/shell.ts';
import { judgeUnused, unusedDataset } from './backend-without-volume.ts';
import { holdsOf } from './blockers.ts';
import { confidenceIn } from './confidence.ts';
import { bytesOf, draft, fact, unreadWords, Verdict } from './draft.ts';
import { nasResource } from './resources.ts';

export const backendSnapshotWithoutObject: Detector = defineDetector({
  meta: {
    id: 'backend-snapshot-without-object',
    title: 'CSI snapshot on the NAS that no VolumeSnapshotContent refers to',
    severity: 'MEDIUM',
    why: 'It holds space that Kubernetes does not know of and will never release; or it is the backup of a tool that removed its objects.',
    remediation: 'Make sure that no backup tool owns it, then destroy the snapshot.',
    scope: 'backend',
    provesAbsence: true,
    frees: true,
    needs: {
      everyCluster: ['volumeSnapshotContents', 'volumeSnapshots'],
      nas: ['snapshots', 'datasets', 'pools', 'replications'],
    },
  },
  run(view, context) {
    const verdict = new Verdict();
    for (const link of view.links.snapshots) {
      if (link.origin !== 'csi' || link.uses.status === 'found' || link.snapshot.deferDestroy === true) continue;
      if (link.clones.length > 0) continue; // the origin of a living clone: ZFS frees it with the clone
      if (isOfAnotherFinding(view.links.datasetAt(link.nas, link.snapshot.dataset))) continue;
      const { snapshot } = link;
      const isOld = context.isOlderThan(`nas/${link.nas}`, snapshot.createdAt, context.options.minAgeMs);
      if (isOld === 'no') continue;
      if (link.uses.status === 'unknown') verdict.unknown('ZfsSnapshot', snapshot.name, unreadWords(link.uses.unread));
      else if (isOld === 'unknown') verdict.unknown('ZfsSnapshot', snapshot.name, 'its creation time is unknown');
      else
        verdict.found(
          toFinding(view.scope, link, view.links.datasetAt(link.nas, snapshot.dataset), view.links.backends, context),
        );
    }
    const detached = judgeUnused(view.links.datasets, 'detachedSnapshot', context, (link) => {
      const tool = backupTool(link.backend, view.links.backends, link.nas, link.dataset.createdAt, context);
      return unusedDataset(backendSnapshotWithoutObject.meta, view.scope, link, context, {
        why: `no VolumeSnapshotContent of any cluster in config refers to the detached snapshot ${link.dataset.name}`,
        ...(tool !== undefined && { severity: 'LOW' as const }),
        extra: toolEvidence(tool),
      });
    });
    for (const finding of detached.findings) verdict.found(finding);
    for (const { kind, name, because } of detached.undecided) verdict.unknown(kind, name, because);
    return verdict;
  },
});

/** Snapshots of a volume that is itself reported, or of a copy, are not reported a second time. */
function isOfAnotherFinding(link: DatasetLink | undefined): boolean {
  if (link === undefined || link.role === 'replica') return true;
  return (link.role === 'volume' || link.role === 'incomplete') && link.uses.status !== 'found';
}

function toFinding(
  scope: string,
  link: SnapshotLink,
  dataset: DatasetLink | undefined,
  backends: readonly Backend[],
  context: Context,
): FindingDraft {
  const { snapshot, nas, backend } = link;
  const proofs = dataset?.proofs ?? [];
  const confidence = confidenceIn(backend, proofs);
  const isLow = confidence === 'low';
  const tool = backupTool(backend, backends, nas, snapshot.createdAt, context);
  const blockers: Blocker[] = holdsOf(snapshot);
  return draft(backendSnapshotWithoutObject.meta, scope, {
    severity: isLow || tool !== undefined ? 'LOW' : undefined,
    confidence: tool !== undefined && confidence === 'high' ? 'medium' : confidence,
    resource: nasResource(nas, 'ZfsSnapshot', snapshot.name, snapshot.guid ?? snapshot.createTxg),
    createdAt: snapshot.createdAt,
    ignore: ignoreOf(snapshot),
    bytes: bytesOf({ used: snapshot.usedBytes, reclaimable: isLow ? undefined : snapshot.usedBytes }),
    why: `${snapshot.snapshotName} was made by ${backend?.driver ?? 'a CSI driver'} and no VolumeSnapshotContent of any cluster in config refers to it`,
    evidence: [
      ...fact(
        'VolumeSnapshot it was made for',
        link.snapshotUid === undefined ? undefined : `uid ${link.snapshotUid}: no such object`,
        'every cluster, volumeSnapshots',
      ),
      ...fact('dataset', snapshot.dataset, `nas/${nas} snapshots`),
      ...toolEvidence(tool),
    ],
    blockers,
    steps: ['Ask whoever runs backups whether this snapshot is one.', 'Destroy the snapshot on the NAS.'],
    commands: [`midclt call zfs.snapshot.query ${shellJson([['id', '=', snapshot.name]])}`],
    premises: [
      { source: `nas/${nas}`, kind: 'snapshot', name: snapshot.name, expect: 'present' },
      ...(link.snapshotUid === undefined || backend === undefined
        ? []
        : [
            {
              source: `cluster/${backend.cluster}` as const,
              kind: 'VolumeSnapshotContent' as const,
              name: `snapcontent-${link.snapshotUid}`,
              expect: 'absent' as const,
            },
          ]),
    ],
  });
}

/** A backup tool that may have made it and kept it on purpose, unless it is older than the tool's longest backup. */
function backupTool(
  backend: Backend | undefined,
  backends: readonly Backend[],
  nas: string,
  createdAt: string | undefined,
  context: Context,
): string | undefined {
  const age = context.ageMs(`nas/${nas}`, createdAt);
  for (const cluster of backend === undefined ? [] : clustersSharing(backend, backends)) {
    const tools = context.peek.cluster(cluster, 'backupTools');
    if (tools === undefined) return `unknown: cluster ${cluster} could not be asked for backup tools`;
    const tool = tools.find(({ longestTtlMs: ttl }) => ttl === undefined || age === undefined || age <= ttl);
    if (tool !== undefined) return tool.name;
  }
  return undefined;
}

/** Clusters whose drivers fill the same parents. */
function clustersSharing(backend: Backend, backends: readonly Backend[]): string[] {
  const others = backends.filter(
    ({ nas, parents }) => nas === backend.nas && parents.some((parent) => backend.parents.includes(parent)),
  );
  return [...new Set([backend.cluster, ...others.map(({ cluster }) => cluster)])];
}

function toolEvidence(tool: string | undefined): Evidence[] {
  return fact('may belong to a backup tool', tool, 'cluster backupTools');
}
