import type { ClusterInventory, PersistentVolume, StorageClass } from '../../src/model/kubernetes.ts';
import { iscsiDriver, makeMeta, makePod, nfsDriver, read, trueNasDriver } from './make-inventory.ts';

export const drivers = [nfsDriver, iscsiDriver, trueNasDriver] as const;
export const nodeNames = ['worker-1', 'worker-2'] as const;

export function makeClass(name: string, provisioner: string, rest: Partial<StorageClass> = {}): StorageClass {
  return {
    ...makeMeta(name),
    provisioner,
    reclaimPolicy: 'Delete',
    bindingMode: 'Immediate',
    allowVolumeExpansion: true,
    isDefault: false,
    mountOptions: [],
    parameters: {},
    plaintextSecretKeys: [],
    ...rest,
  };
}

function makeVolume(name: string, driver: string, storageClass: string, attributes: Record<string, string>) {
  const handle = driver === trueNasDriver ? `tank/csi/${name}` : name;
  const volume: PersistentVolume = {
    ...makeMeta(name),
    phase: 'Bound',
    reclaimPolicy: 'Delete',
    storageClass,
    capacityBytes: 50,
    accessModes: ['ReadWriteOnce'],
    mountOptions: [],
    provisionedBy: driver,
    csi: { driver, handle, attributes },
    plaintextSecretKeys: [],
  };
  return volume;
}

function makePods() {
  const controllers = [nfsDriver, iscsiDriver].map((driver) =>
    makePod(`${driver}-controller`, 'worker-1', [
      { name: 'csi-driver', image: 'democratic-csi/democratic-csi:v1.9.4', args: [`--csi-name=${driver}`] },
      { name: 'external-provisioner', image: 'sig-storage/csi-provisioner:v5.3.0' },
    ]),
  );
  const nodes = nodeNames.flatMap((node) =>
    [nfsDriver, iscsiDriver].map((driver) =>
      makePod(`${driver}-${node}`, node, [
        { name: 'csi-driver', image: 'democratic-csi/democratic-csi:v1.9.4', args: [`--csi-name=${driver}`] },
        { name: 'driver-registrar', image: 'sig-storage/csi-node-driver-registrar:v2.9.0' },
      ]),
    ),
  );
  const labels = { app: 'truenas-csi' };
  const trueNas = [
    makePod('truenas-csi-controller', 'worker-1', [{ name: 'csi-provisioner', image: 'a/csi-provisioner:v5.3.0' }]),
    ...nodeNames.map((node) =>
      makePod(`truenas-csi-${node}`, node, [{ name: 'csi-node', image: 'a/truenas-csi:v1.4.0' }]),
    ),
  ].map((pod) => ({ ...pod, labels }));
  const snapshots = makePod('snapshot-controller', 'worker-1', [{ image: 'sig-storage/snapshot-controller:v8.2.1' }]);
  return [...controllers, ...nodes, ...trueNas, snapshots];
}

export function makeHealthyCluster(): ClusterInventory {
  return {
    name: 'prod',
    uid: 'uid-prod',
    version: 'v1.34.4',
    clockSkewMs: 0,
    sections: {
      persistentVolumes: read([
        makeVolume('pvc-nfs', nfsDriver, 'nfs', { server: '10.9.0.5', share: '/mnt/tank/k8s/nfs/pvc-nfs' }),
        makeVolume('pvc-iscsi', iscsiDriver, 'iscsi', {
          portal: '10.9.0.5:3260',
          iqn: 'iqn.2005-10.org.freenas.ctl:pvc-iscsi',
          lun: '0',
        }),
        makeVolume('pvc-tn', trueNasDriver, 'truenas', { nfsServer: '10.9.0.5', nfsPath: '/mnt/tank/csi/pvc-tn' }),
      ]),
      claims: read([]),
      storageClasses: read([
        makeClass('nfs', nfsDriver, {
          isDefault: true,
          mountOptions: ['hard', 'nfsvers=4.2'],
          parameters: { fsType: 'nfs' },
        }),
        makeClass('iscsi', iscsiDriver, { parameters: { fsType: 'ext4' } }),
        makeClass('truenas', trueNasDriver, { parameters: { protocol: 'nfs', pool: 'tank', datasetPath: 'csi' } }),
      ]),
      volumeSnapshots: read([]),
      volumeSnapshotContents: read([]),
      volumeSnapshotClasses: read(
        drivers.map((driver) => ({
          ...makeMeta(`snap-${driver}`),
          driver,
          deletionPolicy: 'Delete',
          isDefault: false,
          parameters: driver === nfsDriver ? { detachedSnapshots: 'true' } : {},
          plaintextSecretKeys: [],
        })),
      ),
      volumeAttachments: read([
        {
          ...makeMeta('csi-1'),
          attacher: iscsiDriver,
          node: 'worker-1',
          persistentVolume: 'pvc-iscsi',
          attached: true,
        },
      ]),
      csiDrivers: read(drivers.map((name) => ({ ...makeMeta(name), attachRequired: true, lifecycleModes: [] }))),
      csiNodes: read(
        nodeNames.map((name) => ({
          ...makeMeta(name),
          drivers: drivers.map((driver) => ({ name: driver, nodeId: name, maxVolumes: 2 })),
        })),
      ),
      nodes: read(
        nodeNames.map((name, index) => ({
          ...makeMeta(name),
          ready: true,
          unschedulable: false,
          internalIps: [`10.8.0.${index + 11}`],
          taints: [],
        })),
      ),
      namespaces: read([
        { ...makeMeta('kube-system'), phase: 'Active' },
        { ...makeMeta('shop'), phase: 'Active' },
      ]),
      pods: read(makePods()),
      workloads: read([]),
      events: read([
        {
          namespace: 'default',
          reason: 'VolumeFailedDelete',
          message: 'busy',
          type: 'Warning',
          count: 1,
          lastSeenAt: '2026-11-20T02:00:00Z',
          object: { kind: 'PersistentVolume', name: 'pvc-nfs' },
        },
      ]),
      backupTools: read([]),
      leases: read([
        {
          ...makeMeta('org-democratic-csi-nfs'),
          namespace: 'democratic-csi',
          holder: 'controller-1',
          renewedAt: '2026-11-23T01:59:55.000000Z',
          durationSeconds: 15,
        },
      ]),
      access: read([
        { verb: 'list', group: '', resource: 'pods', neededFor: 'pods', allowed: true },
        { verb: 'list', group: 'storage.k8s.io', resource: 'csinodes', neededFor: 'csiNodes', allowed: true },
        {
          verb: 'list',
          group: 'velero.io',
          resource: 'backups',
          neededFor: 'backupTools',
          optional: 'how long',
          allowed: true,
        },
        { verb: '*', group: '*', resource: '*', allowed: false },
        { verb: 'list', group: '', resource: 'secrets', allowed: false },
      ]),
    },
  };
}
