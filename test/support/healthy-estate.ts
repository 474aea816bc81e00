import type { NasInventory } from '../../src/model/truenas.ts';
import { makeHealthyCluster } from './healthy-cluster.ts';
import { type Healthy, iscsiDriver, makeDataset, nfsDriver, read, trueNasDriver } from './make-inventory.ts';

/** Every rule finds something to judge in it, and nothing wrong. */
export function makeHealthyEstate(): Healthy {
  return {
    inventory: { schemaVersion: 1, clusters: [makeHealthyCluster()], nases: [makeHealthyNas()] },
    backends: [
      {
        cluster: 'prod',
        driver: nfsDriver,
        nas: 'nas01',
        protocol: 'nfs',
        parents: ['tank/k8s/nfs'],
        detachedParents: ['tank/k8s/snaps'],
        family: 'democratic-csi',
      },
      {
        cluster: 'prod',
        driver: iscsiDriver,
        nas: 'nas01',
        protocol: 'iscsi',
        parents: ['tank/k8s/iscsi'],
        family: 'democratic-csi',
      },
      {
        cluster: 'prod',
        driver: trueNasDriver,
        nas: 'nas01',
        protocol: 'nfs',
        parents: ['tank/csi'],
        family: 'truenas-csi',
      },
    ],
  };
}

function makeHealthyNas(): NasInventory {
  const none = read<never>([]);
  return {
    name: 'nas01',
    hostId: 'host-1',
    version: '25.10.1',
    release: '25.10',
    transport: 'jsonrpc',
    clockSkewMs: 0,
    addresses: ['10.9.0.5'],
    sections: {
      system: read([{ version: '25.10.1' }]),
      pools: read([{ name: 'tank', guid: '1', status: 'ONLINE', healthy: true }]),
      datasets: read([
        makeDataset('tank', { usedBytes: 79, availableBytes: 21 }),
        ...['tank/k8s', 'tank/k8s/nfs', 'tank/k8s/iscsi', 'tank/k8s/snaps', 'tank/csi'].map((name) =>
          makeDataset(name),
        ),
        makeDataset('tank/k8s/nfs/pvc-nfs', { refquotaBytes: 50 }),
        makeDataset('tank/k8s/iscsi/pvc-iscsi', { type: 'VOLUME', volsizeBytes: 50 }),
        makeDataset('tank/csi/pvc-tn', { quotaBytes: 50 }),
      ]),
      snapshots: none,
      nfsShares: read(
        ['tank/k8s/nfs/pvc-nfs', 'tank/csi/pvc-tn'].map((dataset, index) => ({
          id: index + 1,
          paths: [`/mnt/${dataset}`],
          comment: dataset,
          enabled: true,
          networks: ['10.8.0.0/24'],
          hosts: [],
        })),
      ),
      smbShares: none,
      iscsiTargets: read([{ id: 5, name: 'pvc-iscsi', groups: [{ portal: 1, initiator: 2 }] }]),
      iscsiExtents: read([
        { id: 6, name: 'pvc-iscsi', type: 'DISK', zvol: 'tank/k8s/iscsi/pvc-iscsi', comment: '', enabled: true },
      ]),
      iscsiTargetExtents: read([{ id: 7, target: 5, extent: 6, lun: 0 }]),
      iscsiPortals: read([{ id: 1, comment: '', listen: [{ ip: '10.9.0.5', port: 3260 }] }]),
      iscsiInitiators: read([{ id: 2, initiators: [], comment: '' }]),
      iscsiGlobal: read([{ basename: 'iqn.2005-10.org.freenas.ctl' }]),
      nvmeSubsystems: none,
      nvmeNamespaces: none,
      nvmePorts: none,
      snapshotTasks: read([
        {
          id: 1,
          dataset: 'tank/k8s',
          recursive: true,
          exclude: [],
          namingSchema: 'auto-%Y-%m-%d_%H-%M',
          lifetimeValue: 2,
          lifetimeUnit: 'WEEK',
          enabled: true,
        },
      ]),
      replications: none,
      alerts: none,
      services: read(['nfs', 'iscsitarget'].map((name) => ({ name, isEnabled: true, isRunning: true }))),
      iscsiSessions: none,
      nfsClients: none,
      smbSessions: none,
      nvmeSessions: none,
      account: read([{ username: 'strandline', roles: ['READONLY_ADMIN'], isFullAdmin: false, missingRoles: [] }]),
      apiKeys: read([
        { id: 1, name: 'strandline', createdAt: '2025-11-23T02:00:00Z', expiresAt: '2026-12-23T02:00:00Z' },
      ]),
    },
  };
}
