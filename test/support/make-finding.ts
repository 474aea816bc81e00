import type { CheckId, Finding, Severity } from '../../src/model/finding.ts';
import type { VolumeUsage } from '../../src/model/scan-result.ts';

export interface Place {
  readonly volume: VolumeUsage;
  readonly index: number;
  /** A name to use instead of the ordinary one. */
  readonly odd?: string | undefined;
}

type Side = 'volume' | 'claim' | 'dataset' | 'zfsSnapshot' | 'snapshot' | 'share' | 'task' | 'attachment';

const catalogue: Readonly<Record<CheckId, readonly [Severity, Side, string]>> = {
  'volume-without-backend': [
    'HIGH',
    'volume',
    'The dataset that this volume names does not exist on any declared NAS.',
  ],
  'backend-without-volume': ['HIGH', 'dataset', 'No PersistentVolume of prod or staging refers to this dataset.'],
  'backend-incomplete': ['MEDIUM', 'dataset', 'Provisioning of this dataset began 12 days ago and never finished.'],
  'volume-released': ['MEDIUM', 'volume', 'Deletion is stuck since 9 days: a clone depends on a snapshot of it.'],
  'volume-retained': ['LOW', 'volume', 'Its claim was deleted and the policy Retain keeps the data.'],
  'volume-available': ['LOW', 'volume', 'Nobody has claimed this volume since it was made.'],
  'claim-unbound': ['MEDIUM', 'claim', 'Pending for 3 days: StorageClass truenas-fast does not exist.'],
  'claim-lost': ['HIGH', 'claim', 'The volume this claim was bound to no longer exists.'],
  'claim-unused': ['LOW', 'claim', 'No pod, controller or virtual machine has used this claim for 34 days.'],
  'snapshot-without-backend': ['HIGH', 'snapshot', 'Listed as ready, but its ZFS snapshot is gone.'],
  'backend-snapshot-without-object': ['MEDIUM', 'zfsSnapshot', 'No VolumeSnapshotContent refers to this snapshot.'],
  'snapshot-not-ready': ['MEDIUM', 'snapshot', 'Not ready for 2 days: the driver reports a timeout.'],
  'snapshot-unbound-content': ['LOW', 'snapshot', 'Its VolumeSnapshot was deleted.'],
  'snapshot-expired': ['LOW', 'snapshot', '61 days old; the retention of its class is 30 days.'],
  'temporary-snapshot-left': ['LOW', 'zfsSnapshot', 'Made to copy a volume; the copy is gone.'],
  'detached-container-empty': ['LOW', 'dataset', 'Holds no detached snapshot any more.'],
  'share-without-backend': ['MEDIUM', 'share', 'The share leads to a dataset that does not exist.'],
  'backend-without-share': ['HIGH', 'dataset', 'A volume stands on this dataset, but no share serves it.'],
  'attachment-stale': ['MEDIUM', 'attachment', 'The node worker-07 has been gone for 6 days.'],
  'backend-shared-by-volumes': ['HIGH', 'volume', 'Stands on the same dataset as another volume.'],
  'task-without-backend': ['LOW', 'task', 'Names a dataset that no longer exists.'],
  'parent-unclaimed': ['MEDIUM', 'dataset', '14 CSI volumes lie below it, and no declared backend covers it.'],
};

const freeing: ReadonlySet<CheckId> = new Set([
  'backend-without-volume',
  'backend-incomplete',
  'volume-released',
  'volume-retained',
  'claim-unused',
  'backend-snapshot-without-object',
  'snapshot-expired',
  'temporary-snapshot-left',
]);

/** One finding of a check, as a real scan would word it. */
export function makeFinding(check: CheckId, place: Place): Finding {
  const { index, volume } = place;
  const [severity, side, why] = catalogue[check];
  const bytes = ((index * 53) % 90) + 4;
  const mayFree = freeing.has(check) && index % 9 !== 8;
  const isIgnored = index === 30 || index === 41 || index === 52;
  const name = nameOf(side, place);
  return {
    id: `f${index.toString(16).padStart(4, '0')}`,
    check,
    severity: check === 'volume-without-backend' && index < 22 ? 'CRITICAL' : severity,
    confirmation: index % 4 === 3 ? 'unconfirmed' : 'confirmed',
    change: index % 19 === 18 ? 'resolved' : index % 4 === 3 ? 'new' : index % 23 === 22 ? 'cameBack' : 'open',
    confidence: index % 11 === 10 ? 'low' : 'high',
    scope: volume.backend,
    resource: resourceOf(side, place, name),
    owner: ownerOf(side, place),
    age: {
      ...(index % 13 === 12 ? {} : { createdAt: dayBefore(20 + index * 2) }),
      firstSeenAt: dayBefore(index % 4 === 3 ? 0 : index),
      scansSeen: index % 4 === 3 ? 1 : index + 1,
    },
    bytes: {
      provisioned: volume.provisionedBytes,
      ...(index % 13 === 12 ? {} : { used: bytes * 2 ** 30 }),
      ...(mayFree ? { reclaimable: bytes * 2 ** 30 - 12_345_678 } : {}),
    },
    why,
    evidence: [
      { fact: 'csi_volume_name', value: volume.persistentVolume, from: `nas/${volume.nas} pool.dataset.query` },
      { fact: 'volumeHandle', value: place.odd ?? 'named by no volume', from: 'cluster/prod persistentVolumes' },
      { fact: 'read again', value: 'still so', from: 'second reading' },
    ],
    blockers:
      check === 'volume-released' || index % 7 === 6
        ? [{ kind: 'clone', name: `${volume.pool}/k8s/v/restore-${index}`, why: 'was cloned from a snapshot of it' }]
        : [],
    remediation: {
      steps: [
        `Make sure that nobody needs ${name}; ask the owner named above.`,
        'Look at its last write and take a copy if in doubt.',
        'Then remove it with the command below.',
      ],
      commands: side === 'dataset' ? [`zfs list -t all -r ${quote(name)}`, `zfs destroy -nv ${quote(name)}`] : [],
      docs: `docs/checks/${check}.md`,
    },
    ...(isIgnored ? { ignoredBy: ignoreOf(index) } : {}),
  };
}

function nameOf(side: Side, { volume, index, odd }: Place): string {
  if (side === 'volume') return volume.persistentVolume;
  if (side === 'claim') return odd ?? volume.claim ?? 'uploads';
  if (side === 'dataset') return `${volume.pool}/k8s/v/${odd ?? `pvc-${volume.uid.replace('-4', '-5')}`}`;
  if (side === 'zfsSnapshot') return `${volume.dataset}@${odd ?? `snapshot-${volume.uid}`}`;
  if (side === 'snapshot') return odd ?? `nightly-${index}`;
  if (side === 'share') return `/mnt/${volume.pool}/k8s/v/${odd ?? `pvc-${volume.uid}`}`;
  if (side === 'task') return odd ?? `task ${index}`;
  return odd ?? `csi-${volume.uid.slice(0, 13)}`;
}

const kinds: Readonly<Record<Side, string>> = {
  volume: 'PersistentVolume',
  claim: 'PersistentVolumeClaim',
  dataset: 'Dataset',
  zfsSnapshot: 'ZfsSnapshot',
  snapshot: 'VolumeSnapshotContent',
  share: 'NfsShare',
  task: 'SnapshotTask',
  attachment: 'VolumeAttachment',
};

function resourceOf(side: Side, { volume, index }: Place, name: string): Finding['resource'] {
  const onNas = side === 'dataset' || side === 'zfsSnapshot' || side === 'share' || side === 'task';
  return {
    ...(onNas
      ? { source: `nas/${volume.nas}`, nas: volume.nas }
      : { source: `cluster/${volume.cluster}`, cluster: volume.cluster }),
    kind: kinds[side],
    ...(side === 'claim' ? { namespace: volume.namespace ?? 'shop' } : {}),
    name,
    uid: `u-${index}`,
  };
}

function ownerOf(side: Side, { volume, index, odd }: Place): Finding['owner'] {
  if (side === 'task' || side === 'share' || (side === 'dataset' && index % 3 === 0)) return {};
  return {
    namespace: volume.namespace ?? 'shop',
    claim: side === 'claim' && odd ? odd : (volume.claim ?? 'uploads'),
    ...(index % 2 === 0 ? { workload: `StatefulSet/${volume.claim ?? 'shop'}` } : {}),
    ...(index % 5 === 0 ? { labels: { team: 'platform', 'app.kubernetes.io/name': 'orders' } } : {}),
  };
}

function ignoreOf(index: number): NonNullable<Finding['ignoredBy']> {
  return index === 41
    ? { rule: 'nas02 vault/legacy/archive', reason: 'Архив бухгалтерии, хранить до конца года', owner: '李明' }
    : {
        rule: 'keep-gitlab-restore',
        reason: 'Restore drill of 2026-10, kept until the audit is over',
        owner: 'team-platform',
        until: '2026-12-05T00:00:00.000Z',
      };
}

function dayBefore(days: number): string {
  return new Date(Date.parse('2026-11-23T05:00:00.000Z') - days * 86_400_000).toISOString();
}

function quote(name: string): string {
  return `'${name.replaceAll("'", String.raw`'\''`)}'`;
}
