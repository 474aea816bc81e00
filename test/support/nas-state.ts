import type { DatasetState, NasState, SnapshotState } from '../../src/simulate/estate.ts';

export const nfsVolume = 'pvc-6f0c7a52-1111-4b5e-9d7e-0a1b2c3d4e5f';
export const iscsiVolume = 'pvc-9b1d0000-2222-4c6f-8e8f-1b2c3d4e5f60';
export const csiVolume = 'pvc-0d4e0000-3333-4d70-9f90-2c3d4e5f6071';
export const csiSnapshot = 'snapshot-77aa0000-4444-4e81-a0a1-3d4e5f607182';

export const scanKey = '17-readonlyEXAMPLEreadonlyEXAMPLE';
export const adminKey = '18-fulladminEXAMPLEfulladminEXAMPLE';

const gib = 1024 ** 3;

/** A dataset with the fields that a test does not care about filled in. */
export function makeDataset(name: string, fields: Partial<DatasetState> = {}): DatasetState {
  const number = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 90_000_000, 7);
  return {
    name,
    type: 'FILESYSTEM',
    createdAt: '2026-09-21T14:13:20Z',
    createTxg: 800_000 + (number % 100_000),
    guid: `1604${String(number).padStart(16, '1')}`,
    dataBytes: 98_304,
    ...fields,
  };
}

/** A snapshot `dataset@name`, likewise. */
export function makeSnapshot(name: string, fields: Partial<SnapshotState> = {}): SnapshotState {
  const { createTxg, guid } = makeDataset(name);
  return {
    name,
    createdAt: '2026-10-04T03:00:00Z',
    createTxg,
    guid,
    usedBytes: 12_288,
    referencedBytes: gib,
    ...fields,
  };
}

/** What democratic-csi writes on a volume. */
export function democraticProperties(volume: string, driver = 'freenas-nfs'): Readonly<Record<string, string>> {
  return {
    'democratic-csi:managed_resource': 'true',
    'democratic-csi:provision_success': 'true',
    'democratic-csi:csi_volume_name': volume,
    'democratic-csi:volume_context_provisioner_driver': driver,
  };
}

/**
 * A healthy NAS of two pools: an NFS and an iSCSI volume of democratic-csi, an iSCSI and an NVMe-oF volume of
 * csi.truenas.io, a CSI snapshot with a clone, an automatic snapshot, a replica, shares, tasks, sessions, two users.
 */
export function makeNasState(fields: Partial<NasState> = {}): NasState {
  const nfs = `tank/k8s/nfs/vols/${nfsVolume}`;
  const iscsi = `tank/k8s/iscsi/vols/${iscsiVolume}`;
  const asset = `csi-${iscsiVolume}-c1`;
  return {
    name: 'nas01',
    release: '25.10',
    hostId: '5f0c7a521111',
    hostname: 'truenas',
    pools: [
      {
        name: 'tank',
        guid: '13596852411293265364',
        status: 'ONLINE',
        sizeBytes: 4000 * gib,
        allocatedBytes: 1000 * gib,
        fragmentationPercent: 7,
        lastScrubAt: '2026-11-15T02:00:00Z',
      },
      {
        name: 'flash',
        guid: '13596852411293265365',
        status: 'ONLINE',
        sizeBytes: 900 * gib,
        allocatedBytes: 100 * gib,
        fragmentationPercent: 2,
      },
    ],
    datasets: [
      makeDataset('tank', { compression: 'lz4' }),
      makeDataset('tank/.system'),
      makeDataset('tank/k8s'),
      makeDataset('tank/k8s/nfs'),
      makeDataset('tank/k8s/nfs/vols'),
      makeDataset(nfs, {
        dataBytes: 2 * gib,
        logicalBytes: 3 * gib,
        refquotaBytes: 10 * gib,
        userProperties: {
          ...democraticProperties(nfsVolume),
          'democratic-csi:freenas_nfs_share_id': '58',
          'org.freenas:description': 'shop/media',
        },
      }),
      makeDataset('tank/k8s/nfs/vols/pvc-clone', {
        dataBytes: 4096,
        origin: `${nfs}@${csiSnapshot}`,
        userProperties: democraticProperties('pvc-clone'),
      }),
      makeDataset('tank/k8s/nfs/snaps'),
      makeDataset('tank/k8s/iscsi'),
      makeDataset('tank/k8s/iscsi/vols'),
      makeDataset(iscsi, {
        type: 'VOLUME',
        dataBytes: 3 * gib,
        volsizeBytes: 20 * gib,
        volblocksizeBytes: 16_384,
        userProperties: {
          ...democraticProperties(iscsiVolume, 'freenas-iscsi'),
          'democratic-csi:freenas_iscsi_target_id': '41',
          'democratic-csi:freenas_iscsi_extent_id': '39',
        },
      }),
      makeDataset('tank/media', { dataBytes: 100 * gib }),
      makeDataset('tank/vault', { encrypted: true, locked: true }),
      makeDataset('flash'),
      makeDataset(`flash/${csiVolume}`, {
        type: 'VOLUME',
        dataBytes: gib,
        volsizeBytes: 8 * gib,
        refreservationBytes: 8 * gib,
      }),
      makeDataset('flash/nvme volume', { type: 'VOLUME', dataBytes: gib, volsizeBytes: 4 * gib }),
      makeDataset('flash/replica', { received: true, userProperties: democraticProperties('pvc-elsewhere') }),
    ],
    snapshots: [
      makeSnapshot(`${nfs}@${csiSnapshot}`, {
        createTxg: 902_211,
        userProperties: {
          'democratic-csi:csi_snapshot_name': csiSnapshot,
          'democratic-csi:csi_snapshot_source_volume_id': nfsVolume,
          'democratic-csi:managed_resource': 'true',
        },
      }),
      makeSnapshot(`${nfs}@auto-2026-11-01_00-00`, { createdAt: '2026-11-01T00:00:00Z', createTxg: 950_000 }),
      makeSnapshot(`${iscsi}@snapshot-deferred`, { deferDestroy: true, holds: ['truenas'] }),
      makeSnapshot('tank@manual-1'),
    ],
    nfsShares: [
      {
        id: 58,
        path: `/mnt/${nfs}`,
        comment: `democratic-csi (org.democratic-csi.nfs): ${nfs}`,
        enabled: true,
        networks: ['10.9.0.0/24'],
        maprootUser: 'root',
      },
      { id: 59, path: '/mnt/tank/vault/docs', comment: '', enabled: true },
    ],
    smbShares: [
      { id: 3, name: 'media', path: '/mnt/tank/media', comment: '', enabled: true },
      { id: 4, name: 'dfs', path: 'EXTERNAL', comment: '', enabled: true },
    ],
    iscsi: {
      basename: 'iqn.2005-10.org.freenas.ctl',
      portals: [{ id: 1, ip: '0.0.0.0', port: 3260, comment: '' }],
      initiators: [{ id: 1, initiators: [], comment: '' }],
      targets: [
        { id: 41, name: asset, portal: 1, initiator: 1 },
        {
          id: 42,
          name: `csi-flash-${csiVolume}`,
          alias: `CSI volume flash/${csiVolume}`,
          portal: 1,
          initiator: 1,
          authMethod: 'CHAP',
          auth: 7,
        },
      ],
      auths: [{ id: 1, tag: 7, user: 'csi' }],
      extents: [
        { id: 39, name: asset, zvol: iscsi, comment: '', enabled: true },
        { id: 40, name: `flash/${csiVolume}`, zvol: `flash/${csiVolume}`, comment: '', enabled: true },
      ],
      targetExtents: [
        { id: 40, target: 41, extent: 39, lun: 0 },
        { id: 41, target: 42, extent: 40, lun: 0 },
      ],
      sessions: [{ initiator: 'iqn.1993-08.org.debian:01:worker2', address: '10.9.0.22', target: asset }],
    },
    nvme: {
      subsystems: [
        { id: 1, name: 'csi-1', nqn: 'nqn.2011-06.com.truenas:uuid:00000000-0000-4000-8000-000000000001:csi-1' },
      ],
      namespaces: [{ id: 1, nsid: 1, subsystem: 1, zvol: 'flash/nvme volume', enabled: true }],
      ports: [{ id: 1, address: '10.9.0.5', port: 4420, subsystems: [1] }],
      sessions: [{ host: 'nqn.2014-08.org.nvmexpress:uuid:00000000-0000-4000-8000-000000000004', subsystem: 'csi-1' }],
    },
    snapshotTasks: [
      {
        id: 4,
        dataset: 'tank/k8s',
        recursive: true,
        namingSchema: 'auto-%Y-%m-%d_%H-%M',
        lifetimeValue: 2,
        lifetimeUnit: 'WEEK',
        enabled: true,
      },
    ],
    replications: [
      {
        id: 1,
        name: 'from elsewhere',
        direction: 'PULL',
        sourceDatasets: ['pool/volumes'],
        targetDataset: 'flash/replica',
        recursive: true,
        namingSchemas: ['auto-%Y-%m-%d_%H-%M'],
        enabled: true,
      },
    ],
    alerts: [
      {
        id: '00000000-0000-4000-8000-000000000011',
        klass: 'ZpoolCapacityWarning',
        level: 'WARNING',
        text: 'Space usage for pool "tank" is 81%.',
        at: '2026-11-20T06:00:00Z',
        dismissed: false,
      },
    ],
    services: [
      { service: 'nfs', enable: true, running: true },
      { service: 'iscsitarget', enable: true, running: true },
      { service: 'cifs', enable: false, running: false },
    ],
    nfsClients: [
      { address: '10.9.0.21', export: `/mnt/${nfs}`, version: 3 },
      { address: '10.9.0.22', export: `/mnt/${nfs}`, version: 4 },
    ],
    smbSessions: [{ share: 'media', machine: '10.9.0.90' }],
    users: [
      { username: 'k8s-scan', password: 'scan-password', apiKey: scanKey, roles: ['READONLY_ADMIN'] },
      { username: 'truenas_admin', password: 'admin-password', apiKey: adminKey, roles: ['FULL_ADMIN'] },
    ],
    ...fields,
  };
}
