import { addToCluster, inCluster, named, onNas } from '../support/change-estate.ts';
import { makeClass } from '../support/healthy-cluster.ts';
import { makeMeta, withSections } from '../support/make-inventory.ts';
import type { RuleCase } from './cases.ts';

const otherDriver = 'org.democratic-csi.smb';

function makeSnapshotClass(driver: string, parameters: Record<string, string> = {}) {
  return {
    ...makeMeta('extra'),
    driver,
    deletionPolicy: 'Delete',
    isDefault: false,
    parameters,
    plaintextSecretKeys: [],
  };
}

export const classCases: readonly RuleCase[] = [
  {
    name: 'a volume that its Retain class has left for 30 days and a second',
    breaks: ['storage-class-retain-attended'],
    change: retained({ phaseSince: '2026-10-24T01:59:59Z' }),
  },
  {
    name: 'a volume that its Retain class has left for 30 days',
    breaks: [],
    change: retained({ phaseSince: '2026-10-24T02:00:00Z' }),
  },
  {
    name: 'a volume of a Retain class that was released at an unknown time',
    breaks: [],
    change: retained({}),
  },
  {
    name: 'a class whose driver is neither installed nor declared',
    breaks: ['storage-class-driver-registered', 'storage-class-backend-known', 'storage-class-binding-mode'],
    change: addToCluster('storageClasses', makeClass('smb', otherDriver)),
  },
  {
    name: 'a class of a driver that is not ours',
    breaks: [],
    change: addToCluster(
      'storageClasses',
      makeClass('local', 'rancher.io/local-path', { allowVolumeExpansion: false }),
    ),
  },
  {
    name: 'a misspelt parameter of democratic-csi',
    breaks: ['storage-class-parameters-valid'],
    change: inCluster('storageClasses', named('nfs', { parameters: { fstyp: 'nfs' } })),
  },
  {
    name: 'a parameter under the long name of democratic-csi, and secret references',
    breaks: [],
    change: inCluster(
      'storageClasses',
      named('nfs', {
        parameters: {
          'democratic-csi.org/org.democratic-csi.nfs/detachedVolumesFromSnapshots': 'true',
          'csi.storage.k8s.io/provisioner-secret-name': 'driver',
        },
      }),
    ),
  },
  {
    name: 'fsType given twice',
    breaks: ['storage-class-parameters-valid'],
    change: inCluster(
      'storageClasses',
      named('iscsi', { parameters: { fsType: 'ext4', 'csi.storage.k8s.io/fstype': 'xfs' } }),
    ),
  },
  {
    name: 'ext4 on NFS',
    breaks: ['storage-class-parameters-valid'],
    change: inCluster('storageClasses', named('nfs', { parameters: { fsType: 'ext4' } })),
  },
  {
    name: 'a protocol that truenas-csi does not have',
    breaks: ['storage-class-parameters-valid'],
    change: inCluster(
      'storageClasses',
      named('truenas', { parameters: { protocol: 'smb', pool: 'tank', datasetPath: 'csi' } }),
    ),
  },
  {
    name: 'a dataset path that does not exist',
    breaks: ['storage-class-dataset-exists'],
    change: inCluster(
      'storageClasses',
      named('truenas', { parameters: { protocol: 'nfs', pool: 'tank', datasetPath: 'gone' } }),
    ),
  },
  {
    name: 'a node without a driver whose class binds at once',
    breaks: ['csi-node-registered', 'storage-class-binding-mode'],
    change: inCluster('csiNodes', named('worker-2', { drivers: [] })),
  },
  {
    name: 'a cordoned node without drivers',
    breaks: [],
    change: (estate) =>
      inCluster(
        'nodes',
        named('worker-2', { unschedulable: true }),
      )(inCluster('csiNodes', named('worker-2', { drivers: [] }))(estate)),
  },
  {
    name: 'a volume with another policy than its class',
    breaks: ['storage-class-reclaim-policy'],
    change: inCluster('persistentVolumes', named('pvc-nfs', { reclaimPolicy: 'Retain' })),
  },
  {
    name: 'a class whose volumes cannot grow',
    breaks: ['storage-class-expandable'],
    change: inCluster('storageClasses', named('nfs', { allowVolumeExpansion: false })),
  },
  {
    name: 'no default class',
    breaks: ['storage-class-one-default'],
    change: inCluster('storageClasses', named('nfs', { isDefault: false })),
  },
  {
    name: 'two default classes',
    breaks: ['storage-class-one-default'],
    change: inCluster('storageClasses', named('iscsi', { isDefault: true })),
  },
  {
    name: 'a soft NFS mount',
    breaks: ['storage-class-mount-options'],
    change: inCluster('storageClasses', named('nfs', { mountOptions: ['noatime,soft'] })),
  },
  {
    name: 'an NFS option on iSCSI',
    breaks: ['storage-class-mount-options'],
    change: inCluster('storageClasses', named('iscsi', { mountOptions: ['nfsvers=4.2'] })),
  },
  {
    name: 'a CHAP secret in a class',
    breaks: ['secrets-not-in-clear-text'],
    change: inCluster('storageClasses', named('truenas', { plaintextSecretKeys: ['iscsi.chapSecret'] })),
  },
  {
    name: 'a snapshot class whose driver is not installed',
    breaks: ['snapshot-class-driver-registered'],
    change: addToCluster('volumeSnapshotClasses', makeSnapshotClass(otherDriver)),
  },
  {
    name: 'a snapshot class that retains',
    breaks: ['snapshot-class-deletion-policy'],
    change: inCluster('volumeSnapshotClasses', (row) => ({ ...row, deletionPolicy: 'Retain' })),
  },
  {
    name: 'detached snapshots without a detached parent',
    breaks: ['snapshot-class-parameters-valid'],
    change: inCluster('volumeSnapshotClasses', (row) => ({
      ...row,
      parameters: row.driver.endsWith('.iscsi') ? { detachedSnapshots: 'true' } : {},
    })),
  },
  {
    name: 'detachedSnapshots that is neither true nor false',
    breaks: ['snapshot-class-parameters-valid'],
    change: inCluster('volumeSnapshotClasses', (row) => ({
      ...row,
      parameters: row.driver.endsWith('.nfs') ? { detachedSnapshots: 'yes' } : {},
    })),
  },
  {
    name: 'a driver without a snapshot class',
    breaks: ['snapshot-class-present'],
    change: inCluster('volumeSnapshotClasses', (row) => (row.driver.endsWith('.nfs') ? undefined : row)),
  },
  {
    name: 'a cluster without the snapshot CRDs',
    breaks: ['snapshot-crds-installed'],
    change: (estate) =>
      withSections(estate, {
        volumeSnapshotClasses: {
          ok: true,
          items: [],
          takenAt: '2026-11-23T02:00:00Z',
          absent: 'the snapshot CRDs are not installed',
        },
      }),
  },
  {
    name: 'a task that keeps snapshots for a day longer than CSI',
    breaks: ['snapshot-retention-agrees'],
    change: onNas('snapshotTasks', (task) => ({ ...task, lifetimeValue: 15, lifetimeUnit: 'DAY' })),
  },
  {
    name: 'a longer task that excludes the parents',
    breaks: [],
    change: onNas('snapshotTasks', (task) => ({
      ...task,
      lifetimeValue: 1,
      lifetimeUnit: 'YEAR',
      exclude: ['tank/k8s/nfs', 'tank/k8s/iscsi'],
    })),
  },
];

/** The NFS class and its volume retain; the volume was released. */
function retained(fields: Readonly<Record<string, unknown>>): RuleCase['change'] {
  const volume = { phase: 'Released', reclaimPolicy: 'Retain', ...fields };
  return (estate) =>
    inCluster(
      'storageClasses',
      named('nfs', { reclaimPolicy: 'Retain' }),
    )(inCluster('persistentVolumes', named('pvc-nfs', volume))(estate));
}
