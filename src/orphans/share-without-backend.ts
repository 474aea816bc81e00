import { type Detector, defineDetector } from '../model/check.ts';
import type { Premise } from '../model/finding.ts';
import type { ShareKind, ShareLink } from '../model/links.ts';
import { shellJson } from '../util/shell.ts';
import { confidenceIn } from './confidence.ts';
import { draft, fact, unreadWords, Verdict } from './draft.ts';
import { nasResource } from './resources.ts';

export const shareWithoutBackend: Detector = defineDetector({
  meta: {
    id: 'share-without-backend',
    title: 'Share, target, extent or namespace of a CSI volume whose dataset is gone',
    severity: 'MEDIUM',
    why: 'It serves nothing, blocks its name for a new volume and clutters the NAS; a re-created name could serve wrong data.',
    remediation: 'Delete the share, or the target with its extent, on the NAS.',
    scope: 'nas',
    provesAbsence: true,
    frees: false,
    needs: {
      nas: [
        'datasets',
        'pools',
        'nfsShares',
        'smbShares',
        'iscsiTargets',
        'iscsiExtents',
        'iscsiTargetExtents',
        'nvmeSubsystems',
        'nvmeNamespaces',
      ],
    },
  },
  run(view) {
    const verdict = new Verdict();
    for (const link of view.links.shares) {
      if (link.target.status === 'found') continue;
      if (link.isLocked === true) {
        verdict.unknown(link.ref.kind, link.ref.name, 'it is locked: its dataset cannot be seen');
      } else if (link.target.status === 'unknown') {
        verdict.unknown(link.ref.kind, link.ref.name, unreadWords(link.target.unread));
      } else if (link.uses.status === 'unknown') {
        verdict.unknown(link.ref.kind, link.ref.name, unreadWords(link.uses.unread));
      } else if (link.uses.status === 'absent') {
        verdict.found(toFinding(view.scope, link));
      }
    }
    return verdict;
  },
});

const words: Readonly<Record<ShareKind, string>> = {
  NfsShare: 'NFS share',
  SmbShare: 'SMB share',
  IscsiTarget: 'iSCSI target',
  IscsiExtent: 'iSCSI extent',
  IscsiTargetExtent: 'iSCSI association',
  NvmeNamespace: 'NVMe-oF namespace',
  NvmeSubsystem: 'NVMe-oF subsystem',
};

const queries: Readonly<Record<ShareKind, string>> = {
  NfsShare: 'sharing.nfs.query',
  SmbShare: 'sharing.smb.query',
  IscsiTarget: 'iscsi.target.query',
  IscsiExtent: 'iscsi.extent.query',
  IscsiTargetExtent: 'iscsi.targetextent.query',
  NvmeNamespace: 'nvmet.namespace.query',
  NvmeSubsystem: 'nvmet.subsys.query',
};

const premiseKinds: Readonly<Record<ShareKind, Premise['kind']>> = {
  NfsShare: 'nfsShare',
  SmbShare: 'smbShare',
  IscsiTarget: 'iscsiTarget',
  IscsiExtent: 'iscsiExtent',
  IscsiTargetExtent: 'iscsiTargetExtent',
  NvmeNamespace: 'nvmeNamespace',
  NvmeSubsystem: 'nvmeSubsystem',
};

function toFinding(scope: string, link: ShareLink) {
  const { nas, ref, pointsAt } = link;
  const method = queries[ref.kind];
  const isDataset = ref.kind !== 'IscsiTarget' && ref.kind !== 'IscsiTargetExtent' && ref.kind !== 'NvmeSubsystem';
  const confidence = confidenceIn(link.backend, link.proofs);
  return draft(shareWithoutBackend.meta, scope, {
    confidence,
    severity: confidence === 'low' ? 'LOW' : undefined,
    resource: nasResource(nas, ref.kind, ref.name, String(ref.id)),
    why: isDataset
      ? `${words[ref.kind]} points at ${pointsAt}, which does not exist`
      : `${words[ref.kind]} has ${pointsAt}`,
    evidence: [
      ...fact('id', ref.id, `nas/${nas} ${method}`),
      ...fact('points at', pointsAt, `nas/${nas} ${method}`),
      ...link.proofs.flatMap((proof) =>
        fact(`made by a CSI driver (${proof.kind})`, proof.value, `nas/${nas} ${method}`),
      ),
      ...link.partners.flatMap((partner) => fact('goes with it', partner, `nas/${nas}`)),
    ],
    steps: [
      'Check that no node is still connected to it.',
      `Delete the ${words[ref.kind]}${link.partners.length > 0 ? ' with what goes with it' : ''}.`,
    ],
    commands: [`midclt call ${method} ${shellJson([['id', '=', ref.id]])}`],
    premises: [
      { source: `nas/${nas}`, kind: premiseKinds[ref.kind], name: String(ref.id), expect: 'present' },
      ...(link.expectedDataset === undefined
        ? []
        : [
            {
              source: `nas/${nas}` as const,
              kind: 'dataset' as const,
              name: link.expectedDataset,
              expect: 'absent' as const,
            },
          ]),
    ],
  });
}
