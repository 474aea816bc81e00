import { declare, inCluster, named, nasIs, onNas } from '../support/change-estate.ts';
import { iscsiDriver, nfsDriver, trueNasDriver } from '../support/make-inventory.ts';
import { validationOptions } from '../support/validate-estate.ts';
import type { RuleCase } from './cases.ts';

const pools = validationOptions.pools.map((pool) => ({ ...pool, overcommitRatio: 1.01 }));

export const backendCases: readonly RuleCase[] = [
  {
    name: 'a detached parent that is gone',
    breaks: ['backend-parent-exists'],
    change: declare(nfsDriver, { detachedParents: ['tank/k8s/gone'] }),
  },
  {
    name: 'volumes right below the root of the pool',
    breaks: ['backend-parent-not-root', 'backend-parent-not-shared'],
    change: declare(trueNasDriver, { parents: ['tank'] }),
  },
  {
    name: 'two backends on one parent',
    breaks: ['backend-parent-not-shared'],
    change: declare(iscsiDriver, { parents: ['tank/k8s/iscsi', 'tank/k8s/nfs'] }),
  },
  {
    name: 'detached snapshots inside the parent of volumes',
    breaks: ['backend-detached-parent-apart', 'backend-parent-exists'],
    change: declare(nfsDriver, { detachedParents: ['tank/k8s/nfs/snaps'] }),
  },
  {
    name: 'a name that only begins like the parent',
    breaks: ['backend-parent-exists'],
    change: declare(nfsDriver, { detachedParents: ['tank/k8s/nfs-snaps'] }),
  },
  {
    name: 'a locked parent',
    breaks: ['backend-parent-unlocked'],
    change: onNas('datasets', named('tank/k8s/iscsi', { encrypted: true, locked: true })),
  },
  {
    name: 'a degraded pool',
    breaks: ['backend-pool-healthy'],
    change: onNas('pools', named('tank', { status: 'DEGRADED' })),
  },
  {
    name: 'a pool that is exactly 80 % full',
    breaks: ['backend-pool-below-limit'],
    change: onNas('datasets', named('tank', { usedBytes: 80, availableBytes: 20 })),
  },
  {
    name: 'a pool whose volumes were promised more than it has',
    breaks: ['pool-not-overcommitted'],
    options: { pools },
    change: (estate) => estate,
  },
  {
    name: 'a service that does not run',
    breaks: ['backend-service-running'],
    change: onNas('services', named('iscsitarget', { isRunning: false })),
  },
  {
    name: 'a service that does not start with the NAS',
    breaks: ['backend-service-running'],
    change: onNas('services', named('nfs', { isEnabled: false })),
  },
  {
    name: 'a share that admits one node only',
    breaks: ['nfs-share-admits-nodes'],
    change: onNas('nfsShares', (share) => ({ ...share, networks: ['10.8.0.11/32'] })),
  },
  {
    name: 'a share that admits both nodes one by one',
    breaks: [],
    change: onNas('nfsShares', (share) => ({ ...share, networks: [], hosts: ['10.8.0.11', '10.8.0.12'] })),
  },
  {
    name: 'a share open to everybody',
    breaks: [],
    change: onNas('nfsShares', (share) => ({ ...share, networks: [], hosts: [] })),
  },
  {
    name: 'a share for a network that no node is known in',
    breaks: [],
    change: onNas('nfsShares', (share) => ({ ...share, networks: ['192.168.7.0/24'] })),
  },
  {
    name: 'a portal group that does not exist',
    breaks: ['iscsi-target-groups-exist'],
    change: onNas('iscsiTargets', (target) => ({ ...target, groups: [{ portal: 9, initiator: 2 }] })),
  },
  {
    name: 'an initiator group that does not exist',
    breaks: ['iscsi-target-groups-exist'],
    change: onNas('iscsiInitiators', () => undefined),
  },
  {
    name: 'a volume without a quota',
    breaks: ['backend-quotas-on'],
    change: onNas('datasets', named('tank/k8s/nfs/pvc-nfs', { refquotaBytes: null })),
  },
  {
    name: 'TrueNAS 26 under democratic-csi',
    breaks: ['driver-supports-release'],
    change: nasIs({ release: '26.0' }),
  },
  {
    name: 'TrueNAS 26 under the branch next of democratic-csi, whose transport is not known',
    breaks: ['csi-versions-good'],
    change: (estate) =>
      inCluster('pods', (pod) => ({
        ...pod,
        containers: pod.containers.map((row) => ({
          ...row,
          image: row.image.replace('democratic-csi:v1.9.4', 'democratic-csi:next'),
        })),
      }))(nasIs({ release: '26.0' })(estate)),
  },
  {
    name: 'TrueNAS 25.04 under truenas-csi',
    breaks: ['driver-supports-release'],
    change: nasIs({ release: '25.04' }),
  },
  {
    name: 'a driver that was removed while its volumes stay',
    breaks: ['csi-driver-registered', 'storage-class-driver-registered', 'snapshot-class-driver-registered'],
    change: inCluster('csiDrivers', (row) => (row.name === iscsiDriver ? undefined : row)),
  },
];
