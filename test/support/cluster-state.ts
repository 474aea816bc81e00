import type { ClusterState, KubeObject } from '../../src/simulate/estate.ts';

const created = '2026-10-02T08:11:40Z';

/** A manifest with the identity that every object has; `fields` are what the test is about. */
export function makeObject(
  apiVersion: string,
  kind: string,
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): KubeObject {
  const uid = `uid-${kind.toLowerCase()}-${String(metadata['namespace'] ?? '')}-${name}`;
  return { apiVersion, kind, metadata: { name, uid, creationTimestamp: created, ...metadata }, ...fields };
}

export function makeVolume(
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): KubeObject {
  return makeObject(
    'v1',
    'PersistentVolume',
    name,
    {
      spec: {
        capacity: { storage: '10Gi' },
        accessModes: ['ReadWriteMany'],
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'truenas-nfs',
        csi: { driver: 'org.democratic-csi.nfs', volumeHandle: name, volumeAttributes: { share: `/mnt/tank/${name}` } },
        ...spec,
      },
      status: { phase: 'Bound' },
    },
    metadata,
  );
}

export function makeVolumes(count: number): readonly KubeObject[] {
  return Array.from({ length: count }, (_, index) => makeVolume(`pvc-${String(index).padStart(5, '0')}`));
}

export function makeClaim(namespace: string, name: string, spec: Readonly<Record<string, unknown>> = {}): KubeObject {
  return makeObject(
    'v1',
    'PersistentVolumeClaim',
    name,
    {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    },
    { namespace },
  );
}

export function makeClusterState(objects: readonly KubeObject[] = [], rest: Partial<ClusterState> = {}): ClusterState {
  return { name: 'prod', uid: 'uid-of-kube-system', version: 'v1.34.4', objects, ...rest };
}
