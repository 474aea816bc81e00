import { type Detector, defineDetector } from '../model/check.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { PersistentVolume } from '../model/kubernetes.ts';
import { ignoreOf } from '../util/ignore-mark.ts';
import { datasetKind } from '../util/names.ts';
import { bytesOf, draft, fact, unreadWords, Verdict } from './draft.ts';
import { datasetResource, labelsOf, ownerOfVolume } from './resources.ts';

export const backendWithoutShare: Detector = defineDetector({
  meta: {
    id: 'backend-without-share',
    title: 'Volume whose dataset is there but not shared',
    severity: 'HIGH',
    why: 'The data exists, but no node can mount it: pods that start now will hang in ContainerCreating.',
    remediation: 'Create the share again, or enable it, exactly as the driver names it.',
    scope: 'backend',
    provesAbsence: true,
    frees: false,
    needs: {
      cluster: ['persistentVolumes'],
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
  run(view, context) {
    const verdict = new Verdict();
    for (const { volume, backing, share, cluster, mountedBy } of view.links.volumes) {
      if (backing.status !== 'found' || share.status === 'found') continue;
      if (volume.deletingSince !== undefined || (volume.phase !== 'Bound' && volume.phase !== 'Available')) continue;
      const { dataset, nas } = backing.value;
      if (share.status === 'unknown') {
        if (share.unread.length > 0) verdict.unknown(datasetKind(dataset), dataset.name, unreadWords(share.unread));
        continue;
      }
      const isOld = context.isOlderThan(`cluster/${cluster}`, volume.createdAt, context.options.minAgeMs);
      if (isOld === 'unknown') verdict.unknown(datasetKind(dataset), dataset.name, 'its creation time is unknown');
      if (isOld !== 'yes') continue;
      const disabled = view.links.datasetAt(nas, dataset.name)?.shares;
      const existing = disabled?.status === 'found' ? disabled.value : [];
      const pods = mountedBy.status === 'found' ? mountedBy.value : [];
      verdict.found(
        draft(backendWithoutShare.meta, view.scope, {
          resource: datasetResource(nas, dataset),
          owner: { ...ownerOfVolume(volume), ...labelsOf(volume) },
          createdAt: volume.createdAt,
          ignore: markOfVolume(volume) ?? ignoreOf(dataset),
          bytes: bytesOf({ provisioned: volume.capacityBytes, used: dataset.usedBytes }),
          why:
            existing.length > 0
              ? `${dataset.name} is there, but its share is disabled or has no target`
              : `${dataset.name} is there, but nothing serves it to the nodes`,
          evidence: [
            ...fact('PersistentVolume', volume.name, `cluster/${cluster} persistentVolumes`),
            ...fact('mountpoint', dataset.mountpoint, `nas/${nas} datasets`),
            ...existing.flatMap((ref) =>
              fact('disabled or unlinked', `${ref.kind} ${ref.id} ${ref.name}`, `nas/${nas}`),
            ),
            ...fact(
              'the volume mounts',
              volume.csi?.attributes['share'] ??
                volume.csi?.attributes['nfsPath'] ??
                volume.csi?.attributes['iqn'] ??
                volume.csi?.attributes['targetIQN'],
              `cluster/${cluster} persistentVolumes`,
            ),
            ...pods.flatMap((pod) => fact('mounted by pod', `${pod.namespace}/${pod.name}`, `cluster/${cluster} pods`)),
          ],
          steps: [
            'Compare the share with one of a volume that works.',
            'Create or enable it with the same path, name and access.',
          ],
          commands: [],
          premises: [
            {
              source: `cluster/${cluster}`,
              kind: 'PersistentVolume',
              name: volume.name,
              uid: volume.uid,
              expect: 'present',
            },
            { source: `nas/${nas}`, kind: 'dataset', name: dataset.name, expect: 'present' },
          ],
        }),
      );
    }
    return verdict;
  },
});

function markOfVolume({ name, ignore }: PersistentVolume): FindingDraft['ignore'] {
  return ignore === undefined ? undefined : { ...ignore, on: `PersistentVolume ${name}` };
}
