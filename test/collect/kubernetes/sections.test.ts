import assert from 'node:assert/strict';
import type { ClusterSectionName, ClusterSections } from '../../../src/model/kubernetes.ts';
import type { KubeObject } from '../../../src/simulate/estate.ts';
import { makeClaim, makeClusterState, makeObject, makeVolume } from '../../support/cluster-state.ts';
import { closeSimulated, openSimulated } from '../../support/open-simulated.ts';

type ItemOf<Name extends ClusterSectionName> = Extract<ClusterSections[Name], { ok: true }>['items'][number];

describe('[U] collect/kubernetes/sections', () => {
  afterEach(closeSimulated);

  it('keeps of a volume what is used, and no secret', async () => {
    const volume = await readOne(
      'persistentVolumes',
      makeVolume(
        'pvc-1',
        {
          claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'media', uid: 'u-1' },
          mountOptions: ['noatime', 'password=hunter2'],
          csi: {
            driver: 'csi.truenas.io',
            volumeHandle: 'tank/pvc-1',
            fsType: 'ext4',
            volumeAttributes: { protocol: 'iscsi', 'iscsi.chapSecret': 'hunter2', lun: '0' },
          },
        },
        {
          annotations: {
            'pv.kubernetes.io/provisioned-by': 'csi.truenas.io',
            'strandline.io/ignore': 'migration',
            'strandline.io/ignore-until': '2026-12-31',
            'strandline.io/ignore-owner': 'team-shop',
            'kubectl.kubernetes.io/last-applied-configuration': 'hunter2',
          },
          managedFields: [{ manager: 'hunter2' }],
          deletionTimestamp: '2026-11-01T00:00:00Z',
          finalizers: ['kubernetes.io/pv-protection'],
        },
      ),
    );

    assert.deepEqual(volume, {
      name: 'pvc-1',
      uid: 'uid-persistentvolume--pvc-1',
      createdAt: '2026-10-02T08:11:40Z',
      deletingSince: '2026-11-01T00:00:00Z',
      labels: {},
      finalizers: ['kubernetes.io/pv-protection'],
      ignore: { reason: 'migration', until: '2026-12-31', owner: 'team-shop' },
      phase: 'Bound',
      reclaimPolicy: 'Delete',
      storageClass: 'truenas-nfs',
      capacityBytes: 10 * 1024 ** 3,
      accessModes: ['ReadWriteMany'],
      mountOptions: ['noatime', 'password=[redacted]'],
      claim: { namespace: 'shop', name: 'media', uid: 'u-1' },
      provisionedBy: 'csi.truenas.io',
      csi: {
        driver: 'csi.truenas.io',
        handle: 'tank/pvc-1',
        fsType: 'ext4',
        attributes: { protocol: 'iscsi', lun: '0' },
      },
      plaintextSecretKeys: ['iscsi.chapSecret', 'mountOptions.password'],
    });
    assert.ok(!JSON.stringify(volume).includes('hunter2'));
  });

  it('reads plain NFS and iSCSI volumes', async () => {
    const nfs = { csi: undefined, nfs: { server: '10.9.0.5', path: '/mnt/tank/x' } };
    const iscsi = { csi: undefined, iscsi: { targetPortal: '10.9.0.5:3260', portals: ['b'], iqn: 'iqn.x:y', lun: 2 } };

    assert.deepEqual((await readOne('persistentVolumes', makeVolume('a', nfs))).nfs, nfs.nfs);
    assert.deepEqual((await readOne('persistentVolumes', makeVolume('a', iscsi))).iscsi, {
      portals: ['10.9.0.5:3260', 'b'],
      iqn: 'iqn.x:y',
      lun: 2,
    });
  });

  it('reads an ignore mark from a label, and none from "false"', async () => {
    const marked = (value: string) => makeVolume('a', {}, { labels: { 'strandline.io/ignore': value } });

    assert.deepEqual((await readOne('persistentVolumes', marked('kept'))).ignore, { reason: 'kept' });
    assert.equal((await readOne('persistentVolumes', marked('false'))).ignore, undefined);
  });

  it('drops secrets of StorageClasses and snapshot classes', async () => {
    const parameters = { pool: 'tank', 'encryption.passphrase': 'hunter2' };
    const storageClass = makeObject('storage.k8s.io/v1', 'StorageClass', 'a', { provisioner: 'd', parameters });
    const snapshotClass = makeObject('snapshot.storage.k8s.io/v1', 'VolumeSnapshotClass', 'a', {
      driver: 'd',
      deletionPolicy: 'Delete',
      parameters,
    });

    for (const read of [
      await readOne('storageClasses', storageClass),
      await readOne('volumeSnapshotClasses', snapshotClass),
    ]) {
      assert.deepEqual(read.parameters, { pool: 'tank' });
      assert.deepEqual(read.plaintextSecretKeys, ['encryption.passphrase']);
    }
  });

  it('fills the defaults that the API server documents for a StorageClass', async () => {
    const read = await readOne(
      'storageClasses',
      makeObject('storage.k8s.io/v1', 'StorageClass', 'a', { provisioner: 'd' }),
    );

    assert.equal(read.reclaimPolicy, 'Delete');
    assert.equal(read.bindingMode, 'Immediate');
    assert.equal(read.isDefault, false);
  });

  it('reads of a claim its class, source, provisioner and resize', async () => {
    const claim = makeClaim('shop', 'media', {
      volumeName: 'pvc-1',
      storageClassName: '',
      dataSource: { kind: 'VolumeSnapshot', name: 'media-1' },
    });
    const annotations = {
      'volume.beta.kubernetes.io/storage-provisioner': 'd',
      'volume.kubernetes.io/selected-node': 'worker-1',
      'strandline.io/snapshot-retention': '30d',
    };
    const status = {
      phase: 'Pending',
      allocatedResourceStatuses: { storage: 'NodeResizePending' },
      conditions: [{ type: 'Resizing', status: 'True', lastTransitionTime: '2026-11-01T00:00:00Z' }],
    };

    const read = await readOne('claims', { ...claim, status, metadata: { ...claim.metadata, annotations } });

    assert.equal(read.namespace, 'shop');
    assert.equal(read.storageClass, '');
    assert.equal(read.volumeName, 'pvc-1');
    assert.equal(read.requestedBytes, 1024 ** 3);
    assert.equal(read.capacityBytes, undefined);
    assert.deepEqual(read.dataSource, { kind: 'VolumeSnapshot', name: 'media-1' });
    assert.equal(read.provisioner, 'd');
    assert.equal(read.selectedNode, 'worker-1');
    assert.equal(read.resizeStatus, 'NodeResizePending');
    assert.equal(read.snapshotRetention, '30d');
    assert.deepEqual(read.conditions, [{ type: 'Resizing', since: '2026-11-01T00:00:00Z' }]);
  });

  it('reads a content with nanoseconds beyond 2^53', async () => {
    const read = await readOne(
      'volumeSnapshotContents',
      makeObject(
        'snapshot.storage.k8s.io/v1',
        'VolumeSnapshotContent',
        'snapcontent-1',
        {
          spec: {
            driver: 'd',
            deletionPolicy: 'Delete',
            source: { volumeHandle: 'pvc-1' },
            volumeSnapshotRef: { namespace: 'shop', name: 'media-1', uid: 'u' },
          },
          status: { snapshotHandle: 'pvc-1@s', creationTime: 1791082800123456789n, restoreSize: 10737418240 },
        },
        { annotations: { 'snapshot.storage.kubernetes.io/volumesnapshot-being-created': 'yes' } },
      ),
    );

    assert.equal(read.snapshotCreatedAt, '2026-10-04T03:00:00.123Z');
    assert.equal(read.restoreBytes, 10737418240);
    assert.equal(read.beingCreated, true);
    assert.equal(read.beingDeleted, false);
    assert.deepEqual(read.snapshotRef, { namespace: 'shop', name: 'media-1', uid: 'u' });
  });

  it('reads a snapshot with its error', async () => {
    const read = await readOne(
      'volumeSnapshots',
      makeObject(
        'snapshot.storage.k8s.io/v1',
        'VolumeSnapshot',
        'media-1',
        {
          spec: { source: { persistentVolumeClaimName: 'media' }, volumeSnapshotClassName: 'c' },
          status: { readyToUse: false, restoreSize: '10Gi', error: { message: 'busy', time: '2026-11-01T00:00:00Z' } },
        },
        { namespace: 'shop' },
      ),
    );

    assert.equal(read.sourceClaim, 'media');
    assert.equal(read.readyToUse, false);
    assert.deepEqual(read.error, { message: 'busy', at: '2026-11-01T00:00:00Z' });
  });

  it('keeps of a pod what points at storage, and containers of storage components only', async () => {
    const volumes = [
      { name: 'a', persistentVolumeClaim: { claimName: 'media' } },
      { name: 'scratch', ephemeral: { volumeClaimTemplate: {} } },
      { name: 'b', nfs: { server: '10.9.0.5', path: '/mnt/tank/x' } },
      { name: 'c', iscsi: { targetPortal: 'p', iqn: 'i' } },
      { name: 'd', csi: { driver: 'd', volumeAttributes: { share: 's', password: 'hunter2' } } },
      { name: 'e', emptyDir: {} },
    ];
    const containers = [{ name: 'web', image: 'nginx', args: ['-g'] }];
    const metadata = { namespace: 'shop' };
    const fields = { spec: { nodeName: 'worker-1', volumes, containers }, status: { phase: 'Running' } };

    const read = await readOne('pods', makeObject('v1', 'Pod', 'web-0', fields, metadata));

    assert.deepEqual(read.storage, {
      claims: ['media'],
      ephemeral: ['scratch'],
      inline: [
        { kind: 'nfs', server: '10.9.0.5', path: '/mnt/tank/x' },
        { kind: 'iscsi', iqn: 'i', portal: 'p' },
        { kind: 'csi', driver: 'd', attributes: { share: 's' } },
      ],
    });
    assert.deepEqual(read.containers, []);
  });

  it('keeps the containers of a CSI driver, without secrets in their arguments', async () => {
    const containers = [
      { name: 'csi-driver', image: 'democraticcsi/democratic-csi:v1.9.4', args: ['--api-key=hunter2'] },
    ];
    const containerStatuses = [{ name: 'csi-driver', ready: true, restartCount: 7 }];
    const metadata = { namespace: 'csi', labels: { 'app.kubernetes.io/name': 'democratic-csi' } };

    const pod = makeObject('v1', 'Pod', 'c', { spec: { containers }, status: { containerStatuses } }, metadata);

    assert.deepEqual((await readOne('pods', pod)).containers, [
      {
        name: 'csi-driver',
        image: 'democraticcsi/democratic-csi:v1.9.4',
        args: ['--api-key=[redacted]'],
        ready: true,
        restarts: 7,
      },
    ]);
  });

  it('reads the claims of every kind of workload, KubeVirt among them', async () => {
    const metadata = { namespace: 'shop' };
    const spec = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'media' } }] };
    const template = { spec };
    const objects = [
      makeObject('apps/v1', 'Deployment', 'a', { spec: { replicas: 0, template } }, metadata),
      makeObject('apps/v1', 'DaemonSet', 'b', { spec: { template } }, metadata),
      makeObject('apps/v1', 'ReplicaSet', 'c', { spec: { template } }, metadata),
      makeObject('batch/v1', 'Job', 'd', { spec: { template } }, metadata),
      makeObject('batch/v1', 'CronJob', 'e', { spec: { jobTemplate: { spec: { template } } } }, metadata),
      makeObject('kubevirt.io/v1', 'VirtualMachineInstance', 'f', { spec }, metadata),
      makeObject(
        'kubevirt.io/v1',
        'VirtualMachine',
        'g',
        { spec: { template: { spec: { volumes: [{ dataVolume: { name: 'media' } }] } } } },
        metadata,
      ),
      makeObject(
        'apps/v1',
        'StatefulSet',
        'h',
        { spec: { replicas: 3, template, volumeClaimTemplates: [{ metadata: { name: 'data' } }] } },
        metadata,
      ),
    ];

    const items = await readAll('workloads', objects);

    assert.deepEqual(
      items.map(({ kind, storage }) => `${kind} ${storage.claims}`).sort(),
      objects.map(({ kind }) => `${kind} media`).sort(),
    );
    assert.deepEqual(items.find(({ kind }) => kind === 'StatefulSet')?.claimTemplates, ['data']);
    assert.equal(items.find(({ kind }) => kind === 'Deployment')?.replicas, 0);
  });

  it('keeps the newest event per object and reason, of storage objects only', async () => {
    const event = (name: string, kind: string, reason: string, at: string) =>
      makeObject(
        'v1',
        'Event',
        name,
        { involvedObject: { kind, namespace: 'shop', name: 'media' }, reason, message: name, lastTimestamp: at },
        { namespace: 'shop' },
      );

    const items = await readAll('events', [
      event('old', 'PersistentVolumeClaim', 'ProvisioningFailed', '2026-11-01T00:00:00Z'),
      event('new', 'PersistentVolumeClaim', 'ProvisioningFailed', '2026-11-02T00:00:00Z'),
      event('other', 'PersistentVolumeClaim', 'Provisioning', '2026-11-01T00:00:00Z'),
      event('mount', 'Pod', 'FailedMount', '2026-11-01T00:00:00Z'),
      event('noise', 'Pod', 'Pulled', '2026-11-01T00:00:00Z'),
    ]);

    assert.deepEqual(items.map(({ message }) => message).sort(), ['mount', 'new', 'other']);
  });

  it('reads attachments, drivers and nodes', async () => {
    const attachment = makeObject('storage.k8s.io/v1', 'VolumeAttachment', 'a', {
      spec: { attacher: 'd', nodeName: 'worker-1', source: { persistentVolumeName: 'pvc-1' } },
      status: { attached: true, detachError: { message: 'no', time: '2026-11-01T00:00:00Z' } },
    });
    const csiNode = makeObject('storage.k8s.io/v1', 'CSINode', 'worker-1', {
      spec: { drivers: [{ name: 'd', nodeID: 'worker-1', topologyKeys: null, allocatable: { count: 8 } }] },
    });
    const node = makeObject('v1', 'Node', 'worker-1', {
      spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [
          { type: 'InternalIP', address: '10.1.0.2' },
          { type: 'Hostname', address: 'worker-1' },
        ],
        nodeInfo: { kubeletVersion: 'v1.34.4', operatingSystem: 'linux' },
      },
    });

    const read = await readOne('volumeAttachments', attachment);
    assert.equal(read.persistentVolume, 'pvc-1');
    assert.deepEqual(read.detachError, { message: 'no', at: '2026-11-01T00:00:00Z' });
    assert.deepEqual((await readOne('csiNodes', csiNode)).drivers, [{ name: 'd', nodeId: 'worker-1', maxVolumes: 8 }]);
    const { ready, internalIps, kubeletVersion } = await readOne('nodes', node);
    assert.deepEqual(
      { ready, internalIps, kubeletVersion },
      {
        ready: true,
        internalIps: ['10.1.0.2'],
        kubeletVersion: 'v1.34.4',
      },
    );
  });

  it('sees backup tools by their groups, and how long a Velero backup lives', async () => {
    const backup = (name: string, ttl: string) =>
      makeObject('velero.io/v1', 'Backup', name, { spec: { ttl } }, { namespace: 'velero' });

    const items = await readAll('backupTools', [backup('a', '720h0m0s'), backup('b', '2160h0m0s')]);

    assert.deepEqual(items, [{ name: 'velero', seenBy: 'velero.io', longestTtlMs: 2160 * 3_600_000 }]);
  });

  it('leaves the longest backup unknown when one of them cannot be read', async () => {
    const backup = makeObject('velero.io/v1', 'Backup', 'a', { spec: { ttl: 'long' } }, { namespace: 'velero' });

    assert.deepEqual(await readAll('backupTools', [backup]), [{ name: 'velero', seenBy: 'velero.io' }]);
  });

  it('keeps nothing of what it does not use, however large the objects are', async () => {
    const padding = 'x'.repeat(50_000);
    const large = makeVolume('a', {}, { annotations: { padding }, managedFields: [{ padding }] });

    assert.ok(JSON.stringify(await readOne('persistentVolumes', large)).length < 1_000);
  });
});

async function readAll<Name extends ClusterSectionName>(
  name: Name,
  objects: readonly KubeObject[],
): Promise<readonly ItemOf<Name>[]> {
  const { cluster } = await openSimulated(makeClusterState(objects.map(withoutBigInt)));
  const section = (await cluster.collect([name])).sections[name];
  assert.ok(section.ok, section.ok ? '' : section.error.message);
  return section.items as readonly ItemOf<Name>[];
}

async function readOne<Name extends ClusterSectionName>(name: Name, object: KubeObject): Promise<ItemOf<Name>> {
  const [first, ...more] = await readAll(name, [object]);
  assert.ok(first !== undefined && more.length === 0);
  return first;
}

/** JSON numbers beyond 2^53, digit by digit. */
function withoutBigInt(object: KubeObject): KubeObject {
  const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'bigint') return rawJSON(String(value));
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, walk(field)]));
  };
  return walk(object) as KubeObject;
}
