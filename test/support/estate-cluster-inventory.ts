import type { Collected } from '../../src/model/collected.ts';
import type * as kube from '../../src/model/kubernetes.ts';
import type { ClusterState, KubeObject } from '../../src/simulate/estate.ts';

type Json = Readonly<Record<string, unknown>>;

export function toClusterInventory(cluster: ClusterState, takenAt: string): kube.ClusterInventory {
  const byKind = new Map<string, KubeObject[]>();
  for (const object of cluster.objects) {
    const known = byKind.get(object.kind);
    if (known === undefined) byKind.set(object.kind, [object]);
    else known.push(object);
  }
  const hasSnapshots = cluster.absentGroups?.includes('snapshot.storage.k8s.io') !== true;
  const all = <T>(kind: string, project: (object: KubeObject) => T): Collected<T> => ({
    ok: true,
    takenAt,
    items: (byKind.get(kind) ?? []).map(project),
  });
  const snapshots = <T>(kind: string, project: (object: KubeObject) => T): Collected<T> =>
    hasSnapshots ? all(kind, project) : { ok: true, takenAt, items: [], absent: 'snapshot CRDs are not installed' };
  return {
    name: cluster.name,
    uid: cluster.uid,
    version: cluster.version,
    clockSkewMs: cluster.clockSkewMs ?? 0,
    sections: {
      persistentVolumes: all('PersistentVolume', toVolume),
      claims: all('PersistentVolumeClaim', toClaim),
      storageClasses: all('StorageClass', toStorageClass),
      volumeSnapshots: snapshots('VolumeSnapshot', toVolumeSnapshot),
      volumeSnapshotContents: snapshots('VolumeSnapshotContent', toContent),
      volumeSnapshotClasses: snapshots('VolumeSnapshotClass', toSnapshotClass),
      volumeAttachments: all('VolumeAttachment', toAttachment),
      csiDrivers: all('CSIDriver', (object) => ({
        ...toMeta(object),
        ...optional({ attachRequired: flag(at(object, 'spec', 'attachRequired')) }),
        lifecycleModes: list(at(object, 'spec', 'volumeLifecycleModes')),
      })),
      csiNodes: all('CSINode', (object) => ({
        ...toMeta(object),
        drivers: list<Json>(at(object, 'spec', 'drivers')).map((driver) => ({
          name: String(driver['name']),
          nodeId: String(driver['nodeID']),
        })),
      })),
      nodes: all('Node', toNode),
      namespaces: all('Namespace', (object) => ({ ...toMeta(object), phase: String(at(object, 'status', 'phase')) })),
      pods: all('Pod', toPod),
      workloads: {
        ok: true,
        takenAt,
        items: workloadKinds.flatMap((kind) => (byKind.get(kind) ?? []).map(toWorkload)),
      },
      events: all('Event', toEvent),
      backupTools: { ok: true, takenAt, items: toBackupTools(byKind.get('Backup') ?? []) },
      leases: all('Lease', toLease),
      access: { ok: true, takenAt, items: [], absent: 'an estate has no account' },
    },
  };
}

function toMeta(object: KubeObject): kube.ObjectMeta {
  const annotations = at(object, 'metadata', 'annotations') as Json | undefined;
  const reason = text(annotations?.['strandline.io/ignore']);
  return {
    name: object.metadata.name,
    uid: object.metadata.uid,
    createdAt: object.metadata.creationTimestamp,
    labels: (object.metadata['labels'] ?? {}) as Record<string, string>,
    finalizers: list(object.metadata['finalizers']),
    ...optional({ deletingSince: text(object.metadata['deletionTimestamp']) }),
    ...(reason !== undefined && {
      ignore: { reason, ...optional({ until: text(annotations?.['strandline.io/ignore-until']) }) },
    }),
  };
}

function toVolume(object: KubeObject): kube.PersistentVolume {
  const spec = at(object, 'spec') as Json;
  const csi = spec['csi'] as Json | undefined;
  const nfs = spec['nfs'] as Json | undefined;
  const iscsi = spec['iscsi'] as Json | undefined;
  return {
    ...toMeta(object),
    phase: String(at(object, 'status', 'phase')),
    reclaimPolicy: String(spec['persistentVolumeReclaimPolicy']),
    accessModes: list(spec['accessModes']),
    mountOptions: list(spec['mountOptions']),
    plaintextSecretKeys: [],
    ...optional({
      phaseSince: text(at(object, 'status', 'lastPhaseTransitionTime')),
      statusMessage: text(at(object, 'status', 'message')),
      storageClass: text(spec['storageClassName']),
      capacityBytes: bytes(at(spec, 'capacity', 'storage')),
      volumeMode: text(spec['volumeMode']),
      claim: spec['claimRef'] as kube.PersistentVolume['claim'],
      provisionedBy: annotation(object, 'pv.kubernetes.io/provisioned-by'),
    }),
    ...(csi !== undefined && {
      csi: {
        driver: String(csi['driver']),
        handle: String(csi['volumeHandle']),
        attributes: (csi['volumeAttributes'] ?? {}) as Record<string, string>,
        ...optional({ fsType: text(csi['fsType']) }),
      },
    }),
    ...(nfs !== undefined && { nfs: { server: String(nfs['server']), path: String(nfs['path']) } }),
    ...(iscsi !== undefined && {
      iscsi: { portals: [String(iscsi['targetPortal'])], iqn: String(iscsi['iqn']), lun: Number(iscsi['lun']) },
    }),
  };
}

function toClaim(object: KubeObject): kube.Claim {
  return {
    ...toMeta(object),
    namespace: object.metadata.namespace ?? '',
    phase: String(at(object, 'status', 'phase')),
    accessModes: list(at(object, 'spec', 'accessModes')),
    conditions: [],
    ownerRefs: owners(object),
    ...optional({
      volumeName: text(at(object, 'spec', 'volumeName')),
      storageClass: text(at(object, 'spec', 'storageClassName')),
      requestedBytes: bytes(at(object, 'spec', 'resources', 'requests', 'storage')),
      capacityBytes: bytes(at(object, 'status', 'capacity', 'storage')),
      volumeMode: text(at(object, 'spec', 'volumeMode')),
      dataSource: at(object, 'spec', 'dataSource') as kube.Claim['dataSource'],
      provisioner: annotation(object, 'volume.kubernetes.io/storage-provisioner'),
      selectedNode: annotation(object, 'volume.kubernetes.io/selected-node'),
      snapshotRetention: annotation(object, 'strandline.io/snapshot-retention'),
    }),
  };
}

function toStorageClass(object: KubeObject): kube.StorageClass {
  return {
    ...toMeta(object),
    provisioner: String(object['provisioner']),
    reclaimPolicy: text(object['reclaimPolicy']) ?? 'Delete',
    bindingMode: text(object['volumeBindingMode']) ?? 'Immediate',
    allowVolumeExpansion: object['allowVolumeExpansion'] === true,
    isDefault: annotation(object, 'storageclass.kubernetes.io/is-default-class') === 'true',
    mountOptions: list(object['mountOptions']),
    parameters: (object['parameters'] ?? {}) as Record<string, string>,
    plaintextSecretKeys: [],
  };
}

function toVolumeSnapshot(object: KubeObject): kube.VolumeSnapshot {
  return {
    ...toMeta(object),
    namespace: object.metadata.namespace ?? '',
    ...optional({
      snapshotClass: text(at(object, 'spec', 'volumeSnapshotClassName')),
      sourceClaim: text(at(object, 'spec', 'source', 'persistentVolumeClaimName')),
      sourceContent: text(at(object, 'spec', 'source', 'volumeSnapshotContentName')),
      boundContent: text(at(object, 'status', 'boundVolumeSnapshotContentName')),
      readyToUse: flag(at(object, 'status', 'readyToUse')),
      snapshotCreatedAt: text(at(object, 'status', 'creationTime')),
      restoreBytes: bytes(at(object, 'status', 'restoreSize')),
      error: statusError(at(object, 'status', 'error')),
      retention: annotation(object, 'strandline.io/snapshot-retention'),
    }),
  };
}

function toContent(object: KubeObject): kube.VolumeSnapshotContent {
  const createdNs = at(object, 'status', 'creationTime');
  const key = 'snapshot.storage.kubernetes.io/volumesnapshot-being';
  return {
    ...toMeta(object),
    driver: String(at(object, 'spec', 'driver')),
    deletionPolicy: String(at(object, 'spec', 'deletionPolicy')),
    beingCreated: annotation(object, `${key}-created`) !== undefined,
    beingDeleted: annotation(object, `${key}-deleted`) !== undefined,
    ...optional({
      snapshotClass: text(at(object, 'spec', 'volumeSnapshotClassName')),
      sourceVolumeHandle: text(at(object, 'spec', 'source', 'volumeHandle')),
      sourceSnapshotHandle: text(at(object, 'spec', 'source', 'snapshotHandle')),
      snapshotHandle: text(at(object, 'status', 'snapshotHandle')),
      snapshotRef: at(object, 'spec', 'volumeSnapshotRef') as kube.VolumeSnapshotContent['snapshotRef'],
      readyToUse: flag(at(object, 'status', 'readyToUse')),
      snapshotCreatedAt: typeof createdNs === 'number' ? new Date(createdNs / 1e6).toISOString() : undefined,
      restoreBytes: bytes(at(object, 'status', 'restoreSize')),
      error: statusError(at(object, 'status', 'error')),
    }),
  };
}

function toSnapshotClass(object: KubeObject): kube.VolumeSnapshotClass {
  return {
    ...toMeta(object),
    driver: String(object['driver']),
    deletionPolicy: String(object['deletionPolicy']),
    isDefault: false,
    parameters: (object['parameters'] ?? {}) as Record<string, string>,
    plaintextSecretKeys: [],
  };
}

function toAttachment(object: KubeObject): kube.VolumeAttachment {
  return {
    ...toMeta(object),
    attacher: String(at(object, 'spec', 'attacher')),
    node: String(at(object, 'spec', 'nodeName')),
    attached: at(object, 'status', 'attached') === true,
    ...optional({
      persistentVolume: text(at(object, 'spec', 'source', 'persistentVolumeName')),
      attachError: statusError(at(object, 'status', 'attachError')),
      detachError: statusError(at(object, 'status', 'detachError')),
    }),
  };
}

function toNode(object: KubeObject): kube.KubeNode {
  const addresses = list<{ type: string; address: string }>(at(object, 'status', 'addresses'));
  return {
    ...toMeta(object),
    ready: true,
    unschedulable: false,
    internalIps: addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address),
    taints: [],
  };
}

function toPod(object: KubeObject): kube.Pod {
  return {
    ...toMeta(object),
    namespace: object.metadata.namespace ?? '',
    phase: String(at(object, 'status', 'phase')),
    storage: toStorage(at(object, 'spec')),
    ownerRefs: owners(object),
    containers: [],
    ...optional({ node: text(at(object, 'spec', 'nodeName')) }),
  };
}

const workloadKinds = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'VirtualMachine',
  'VirtualMachineInstance',
] as const;

function toWorkload(object: KubeObject): kube.Workload {
  const spec = at(object, 'spec');
  const template = at(spec, 'jobTemplate', 'spec', 'template', 'spec') ?? at(spec, 'template', 'spec');
  const replicas = at(spec, 'replicas');
  const templates = list<{ metadata: { name: string } }>(at(spec, 'volumeClaimTemplates'));
  return {
    ...toMeta(object),
    kind: object.kind as kube.Workload['kind'],
    namespace: object.metadata.namespace ?? '',
    storage: toStorage(template),
    claimTemplates: templates.map(({ metadata }) => metadata.name),
    ownerRefs: owners(object),
    ...(typeof replicas === 'number' && { replicas }),
  };
}

function toStorage(spec: unknown): kube.PodStorage {
  const volumes = list<Json>(at(spec, 'volumes'));
  const claims: string[] = [];
  const ephemeral: string[] = [];
  const inline: kube.InlineVolume[] = [];
  for (const volume of volumes) {
    const { persistentVolumeClaim, nfs, iscsi, csi } = volume as Record<string, Json | undefined>;
    if (persistentVolumeClaim !== undefined) claims.push(String(persistentVolumeClaim['claimName']));
    if (volume['ephemeral'] !== undefined) ephemeral.push(String(volume['name']));
    if (nfs !== undefined) inline.push({ kind: 'nfs', server: String(nfs['server']), path: String(nfs['path']) });
    if (iscsi !== undefined) {
      inline.push({ kind: 'iscsi', iqn: String(iscsi['iqn']), portal: String(iscsi['targetPortal']) });
    }
    if (csi !== undefined) {
      const attributes = (csi['volumeAttributes'] ?? {}) as Record<string, string>;
      inline.push({ kind: 'csi', driver: String(csi['driver']), attributes });
    }
  }
  return { claims, ephemeral, inline };
}

function toEvent(object: KubeObject): kube.KubeEvent {
  const about = object['involvedObject'] as { kind: string; namespace?: string; name: string; uid?: string };
  return {
    namespace: object.metadata.namespace ?? '',
    reason: String(object['reason']),
    message: String(object['message']),
    type: String(object['type']),
    count: Number(object['count'] ?? 1),
    object: about,
    ...optional({ lastSeenAt: text(object['lastTimestamp']) }),
  };
}

function toBackupTools(backups: readonly KubeObject[]): readonly kube.BackupTool[] {
  if (backups.length === 0) return [];
  const hours = backups.map((backup) => Number.parseInt(String(at(backup, 'spec', 'ttl')), 10));
  return [{ name: 'velero', seenBy: 'velero.io', longestTtlMs: Math.max(...hours) * 3_600_000 }];
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Json)[key];
  }
  return current;
}

function optional<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function list<T = string>(value: unknown): readonly T[] {
  return Array.isArray(value) ? value : [];
}

function annotation(object: KubeObject, name: string): string | undefined {
  return text(at(object, 'metadata', 'annotations', name));
}

function owners(object: KubeObject): readonly kube.OwnerRef[] {
  return list<{ kind: string; name: string; uid: string }>(object.metadata['ownerReferences']).map(
    ({ kind, name, uid }) => ({ kind, name, uid }),
  );
}

function statusError(value: unknown): { message: string; at?: string } | undefined {
  const message = text(at(value, 'message'));
  return message === undefined ? undefined : { message, ...optional({ at: text(at(value, 'time')) }) };
}

const units: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, '': 1 };

function bytes(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  const [, digits = '', unit = ''] = /^(\d+)([KMGT]i)?$/.exec(String(quantity)) ?? [];
  return digits === '' ? undefined : Number(digits) * (units[unit] ?? 1);
}

function toLease(object: KubeObject): kube.KubeLease {
  const renewedAt = at(object, 'spec', 'renewTime');
  return {
    ...toMeta(object),
    namespace: object.metadata.namespace ?? '',
    holder: String(at(object, 'spec', 'holderIdentity')),
    durationSeconds: Number(at(object, 'spec', 'leaseDurationSeconds')),
    ...(typeof renewedAt === 'string' && { renewedAt }),
  };
}
