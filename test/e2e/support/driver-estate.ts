import type { ClusterState, KubeObject } from '../../../src/simulate/estate.ts';

type Fields = Record<string, unknown>;

/**
 * The small cluster with drivers that are ill: a controller that is not ready, a node without the iSCSI driver, a volume
 * that does not detach, a driver that was never installed, a leader that fell silent, a misspelt parameter.
 */
export function withIllDrivers(state: ClusterState): ClusterState {
  const volume = state.objects.find(({ kind }) => kind === 'PersistentVolume')?.metadata.name;
  const renewTime = new Date(Date.now() + 3_600_000).toISOString().replace('Z', '000Z'); // fresh however long loading takes
  const objects = state.objects.map((object) => {
    const copy = structuredClone(object) as KubeObject & { spec?: Fields; status?: Fields; parameters?: Fields };
    const { name } = copy.metadata;
    if (copy.kind === 'Lease') Object.assign(copy.spec ?? {}, { renewTime });
    if (copy.kind === 'Lease' && name.startsWith('external-resizer-org-democratic-csi-iscsi'))
      Object.assign(copy.spec ?? {}, { renewTime: '2026-01-01T00:00:00.000000Z' });
    if (copy.kind === 'Pod' && name.startsWith('nfs-democratic-csi-controller'))
      for (const row of (copy.status?.['containerStatuses'] ?? []) as Fields[]) row['ready'] = false;
    if (copy.kind === 'CSINode' && name.endsWith('worker-2')) {
      const drivers = copy.spec?.['drivers'] as { name: string }[];
      Object.assign(copy.spec ?? {}, { drivers: drivers.filter((driver) => !driver.name.endsWith('iscsi')) });
    }
    if (copy.kind === 'StorageClass' && name === 'truenas-nfs') copy.parameters = { fstyp: 'nfs' };
    return copy;
  });
  return { ...state, objects: [...objects, stuckAttachment(volume ?? ''), classWithoutDriver()] };
}

function stuckAttachment(volume: string): KubeObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: {
      name: 'csi-stuck',
      uid: '0d9c7c3e-6f4e-4a57-8b1d-3a5a54a3d9a1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      attacher: 'org.democratic-csi.iscsi',
      nodeName: 'prod-worker-1',
      source: { persistentVolumeName: volume },
    },
    status: { attached: true, detachError: { message: 'target is busy', time: '2026-01-01T00:00:00Z' } },
  };
}

function classWithoutDriver(): KubeObject {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'gone', uid: '6a2f2b52-50fd-4c6f-9a4e-5f4d4a6c1b11', creationTimestamp: '2026-01-01T00:00:00Z' },
    provisioner: 'org.democratic-csi.gone',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
    allowVolumeExpansion: true,
    parameters: {},
  };
}
