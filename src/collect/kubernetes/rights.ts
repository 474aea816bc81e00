import type { ClusterSectionName } from '../../model/kubernetes.ts';

export interface ApiRight {
  /** `''` is the core group. */
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly ('get' | 'list')[];
  readonly section: ClusterSectionName;
  readonly isNamespaced: boolean;
  /** Without it the section is still complete: only the named detail is unknown. */
  readonly optional?: string;
}

/**
 * Every right that the collectors use, and no other: the ClusterRole is generated from this list, and a test compares it
 * with the requests really made. `get` is for the second reading by name. Discovery (`/version`, `/apis`) needs only
 * what every authenticated account has.
 */
export const apiRights: readonly ApiRight[] = [
  cluster('', 'namespaces', 'namespaces', 'get', 'list'),
  cluster('', 'nodes', 'nodes', 'get', 'list'),
  cluster('', 'persistentvolumes', 'persistentVolumes', 'get', 'list'),
  namespaced('', 'persistentvolumeclaims', 'claims', 'get', 'list'),
  namespaced('', 'pods', 'pods', 'list'),
  namespaced('', 'events', 'events', 'list'),
  namespaced('apps', 'deployments', 'workloads', 'list'),
  namespaced('apps', 'statefulsets', 'workloads', 'list'),
  namespaced('apps', 'daemonsets', 'workloads', 'list'),
  namespaced('apps', 'replicasets', 'workloads', 'list'),
  namespaced('batch', 'jobs', 'workloads', 'list'),
  namespaced('batch', 'cronjobs', 'workloads', 'list'),
  namespaced('kubevirt.io', 'virtualmachines', 'workloads', 'list'),
  namespaced('kubevirt.io', 'virtualmachineinstances', 'workloads', 'list'),
  cluster('storage.k8s.io', 'storageclasses', 'storageClasses', 'list'),
  cluster('storage.k8s.io', 'volumeattachments', 'volumeAttachments', 'get', 'list'),
  cluster('storage.k8s.io', 'csidrivers', 'csiDrivers', 'list'),
  cluster('storage.k8s.io', 'csinodes', 'csiNodes', 'list'),
  namespaced('snapshot.storage.k8s.io', 'volumesnapshots', 'volumeSnapshots', 'get', 'list'),
  cluster('snapshot.storage.k8s.io', 'volumesnapshotcontents', 'volumeSnapshotContents', 'get', 'list'),
  cluster('snapshot.storage.k8s.io', 'volumesnapshotclasses', 'volumeSnapshotClasses', 'list'),
  namespaced('coordination.k8s.io', 'leases', 'leases', 'list'),
  { ...namespaced('velero.io', 'backups', 'backupTools', 'list'), optional: 'how long a Velero backup lives' },
  { ...namespaced('velero.io', 'schedules', 'backupTools', 'list'), optional: 'how long a Velero backup lives' },
];

function cluster(
  group: string,
  resource: string,
  section: ApiRight['section'],
  ...verbs: ApiRight['verbs'][number][]
): ApiRight {
  return { group, resource, verbs, section, isNamespaced: false };
}

function namespaced(
  group: string,
  resource: string,
  section: ApiRight['section'],
  ...verbs: ApiRight['verbs'][number][]
): ApiRight {
  return { group, resource, verbs, section, isNamespaced: true };
}
