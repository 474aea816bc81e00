import { type Context, type Detector, defineDetector } from '../model/check.ts';
import type { Evidence, FindingDraft, Premise } from '../model/finding.ts';
import type { DatasetLink } from '../model/links.ts';
import { ignoreOf } from '../util/ignore-mark.ts';
import { datasetKind } from '../util/names.ts';
import { shellJson } from '../util/shell.ts';
import { blockersOfDataset } from './blockers.ts';
import { provisionedBytes, reclaimableBytes } from './bytes.ts';
import { confidenceIn } from './confidence.ts';
import { bytesOf, draft, fact, unreadWords, Verdict } from './draft.ts';
import { datasetResource } from './resources.ts';

export const backendWithoutVolume: Detector = defineDetector({
  meta: {
    id: 'backend-without-volume',
    title: 'Dataset or zvol of a CSI driver that no PersistentVolume refers to',
    severity: 'HIGH',
    why: 'The space stays taken and nothing in Kubernetes will ever give it back.',
    remediation: 'Make sure that nobody needs the data, then destroy the dataset with its share on the NAS.',
    scope: 'backend',
    provesAbsence: true,
    frees: true,
    needs: {
      everyCluster: ['persistentVolumes', 'claims', 'pods', 'workloads'],
      nas: ['datasets', 'pools', 'replications'],
    },
  },
  run(view, context) {
    return judgeUnused(view.links.datasets, 'volume', context, (link) => {
      const keeps = keepsDeleted(link, context);
      return unusedDataset(backendWithoutVolume.meta, view.scope, link, context, {
        why: `${link.dataset.name} was made by ${link.backend?.driver ?? 'a CSI driver'} and no PersistentVolume of any cluster in config refers to it`,
        ...(keeps && { severity: 'LOW' as const }),
        extra: keeps
          ? fact('delete strategy', 'retain: the driver leaves deleted volumes behind on purpose', 'config backends')
          : [],
      });
    });
  },
});

/** Datasets of one role to which nothing refers, old enough, each with a finding made by the caller. */
export function judgeUnused(
  links: readonly DatasetLink[],
  role: DatasetLink['role'],
  context: Context,
  toFinding: (link: DatasetLink) => FindingDraft,
): Verdict {
  const verdict = new Verdict();
  for (const link of links) {
    if (link.role !== role || link.uses.status === 'found') continue;
    const { dataset } = link;
    const isOld = context.isOlderThan(`nas/${link.nas}`, dataset.createdAt, context.options.minAgeMs);
    if (isOld === 'no') continue;
    if (link.uses.status === 'unknown') {
      verdict.unknown(datasetKind(dataset), dataset.name, unreadWords(link.uses.unread));
    } else if (isOld === 'unknown') {
      verdict.unknown(datasetKind(dataset), dataset.name, 'its creation time is unknown');
    } else if (dataset.locked) {
      verdict.unknown(datasetKind(dataset), dataset.name, 'it is locked: its properties cannot be trusted');
    } else {
      verdict.found(toFinding(link));
    }
  }
  return verdict;
}

function keepsDeleted(link: DatasetLink, context: Context): boolean {
  return context.options.backends.some(
    (b) =>
      b.keepsDeleted === true &&
      b.cluster === link.backend?.cluster &&
      b.driver === link.backend.driver &&
      b.nas === link.nas,
  );
}

/** A finding on a dataset that nothing refers to; low confidence takes away its bytes and its weight. */
export function unusedDataset(
  meta: Parameters<typeof draft>[0],
  scope: string,
  link: DatasetLink,
  context: Context,
  parts: { readonly why: string; readonly severity?: FindingDraft['severity']; readonly extra?: readonly Evidence[] },
): FindingDraft {
  const { dataset, nas } = link;
  const confidence = confidenceIn(link.backend, link.proofs);
  const isLow = confidence === 'low';
  const from = `nas/${nas} datasets`;
  const mine: Premise = { source: `nas/${nas}`, kind: 'dataset', name: dataset.name, expect: 'present' };
  const names = [...new Set([link.csiName, dataset.name.slice(dataset.name.lastIndexOf('/') + 1)])];
  const cluster = link.backend?.cluster;
  return draft(meta, scope, {
    severity: isLow ? 'LOW' : parts.severity,
    confidence,
    resource: datasetResource(nas, dataset),
    createdAt: dataset.createdAt,
    ignore: ignoreOf(dataset),
    bytes: bytesOf({
      provisioned: provisionedBytes(dataset),
      used: dataset.usedBytes,
      reclaimable: isLow ? undefined : reclaimableBytes(link),
    }),
    why: parts.why,
    evidence: [
      ...link.proofs.flatMap((proof) => fact(`made by a CSI driver (${proof.kind})`, proof.value, from)),
      ...fact(
        'claim it was made for',
        link.claimUid === undefined ? undefined : `uid ${link.claimUid}: no such claim`,
        'every cluster, claims',
      ),
      ...fact('volume looked for', names.join(', '), 'every cluster, persistentVolumes'),
      ...(link.backend === undefined
        ? []
        : fact('backend', `${link.backend.id} (known by ${link.backend.foundBy})`, 'correlation')),
      ...(link.snapshots.status === 'found'
        ? fact('snapshots', link.snapshots.value.length, `nas/${nas} snapshots`)
        : []),
      ...(parts.extra ?? []),
    ],
    blockers: blockersOfDataset(link, context.peek),
    steps: [
      'Look at the data: mount or clone it read-only, or ask the team of the claim it was made for.',
      'Remove what blocks it (see blockers), then its share, target or extent.',
      'Destroy the dataset.',
    ],
    commands: [`midclt call pool.dataset.query ${shellJson([['id', '=', dataset.name]])}`],
    premises: [
      mine,
      ...(cluster === undefined
        ? []
        : names.map(
            (name): Premise => ({ source: `cluster/${cluster}`, kind: 'PersistentVolume', name, expect: 'absent' }),
          )),
    ],
  });
}
