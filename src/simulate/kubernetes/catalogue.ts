import type { ClusterState, KubeObject } from '../estate.ts';

/** One kind as discovery names it. */
export interface Served {
  /** `''` is the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
}

const core = (resource: string, kind: string, isNamespaced = true) => served('', 'v1', resource, kind, isNamespaced);

export const builtIn: readonly Served[] = [
  core('namespaces', 'Namespace', false),
  core('nodes', 'Node', false),
  core('persistentvolumes', 'PersistentVolume', false),
  core('persistentvolumeclaims', 'PersistentVolumeClaim'),
  core('pods', 'Pod'),
  core('events', 'Event'),
  core('configmaps', 'ConfigMap'),
  core('secrets', 'Secret'),
  core('services', 'Service'),
  core('serviceaccounts', 'ServiceAccount'),
  served('apps', 'v1', 'deployments', 'Deployment', true),
  served('apps', 'v1', 'statefulsets', 'StatefulSet', true),
  served('apps', 'v1', 'daemonsets', 'DaemonSet', true),
  served('apps', 'v1', 'replicasets', 'ReplicaSet', true),
  served('batch', 'v1', 'jobs', 'Job', true),
  served('batch', 'v1', 'cronjobs', 'CronJob', true),
  served('coordination.k8s.io', 'v1', 'leases', 'Lease', true),
  served('authorization.k8s.io', 'v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', false),
  served('storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', false),
  served('storage.k8s.io', 'v1', 'volumeattachments', 'VolumeAttachment', false),
  served('storage.k8s.io', 'v1', 'csidrivers', 'CSIDriver', false),
  served('storage.k8s.io', 'v1', 'csinodes', 'CSINode', false),
  served('storage.k8s.io', 'v1', 'csistoragecapacities', 'CSIStorageCapacity', true),
  served('apiextensions.k8s.io', 'v1', 'customresourcedefinitions', 'CustomResourceDefinition', false),
];

/** Served as soon as the group is there at all. */
export const custom: readonly Served[] = [
  served('snapshot.storage.k8s.io', 'v1', 'volumesnapshots', 'VolumeSnapshot', true),
  served('snapshot.storage.k8s.io', 'v1', 'volumesnapshotcontents', 'VolumeSnapshotContent', false),
  served('snapshot.storage.k8s.io', 'v1', 'volumesnapshotclasses', 'VolumeSnapshotClass', false),
  served('kubevirt.io', 'v1', 'virtualmachines', 'VirtualMachine', true),
  served('kubevirt.io', 'v1', 'virtualmachineinstances', 'VirtualMachineInstance', true),
  served('velero.io', 'v1', 'backups', 'Backup', true),
  served('velero.io', 'v1', 'schedules', 'Schedule', true),
];

/**
 * What this cluster serves: the built-in kinds, the snapshot CRDs unless absent, and the group of every object and
 * CustomResourceDefinition of the estate.
 */
export function servedBy(state: ClusterState): readonly Served[] {
  const absent = new Set(state.absentGroups ?? []);
  const found = new Map<string, Served>();
  const add = (each: Served) => found.set(`${each.group}/${each.resource}`, each);
  for (const each of builtIn) add(each);
  const groups = new Set(['snapshot.storage.k8s.io']);
  for (const object of state.objects) {
    const known = [...builtIn, ...custom].find(({ kind, group }) => kind === object.kind && group === groupOf(object));
    groups.add(groupOf(object));
    for (const each of known === undefined ? toServed(object) : [known]) add(each);
    for (const each of definedBy(object)) {
      groups.add(each.group);
      add(each);
    }
  }
  for (const each of custom) if (groups.has(each.group)) add(each);
  return [...found.values()].filter(({ group }) => !absent.has(group));
}

export function groupOf({ apiVersion }: Pick<KubeObject, 'apiVersion'>): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function definedBy(object: KubeObject): readonly Served[] {
  if (object.kind !== 'CustomResourceDefinition') return [];
  const spec = object['spec'] as {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly plural: string; readonly kind: string };
    readonly versions: readonly { readonly name: string }[];
  };
  const { group, names, scope, versions } = spec;
  return [served(group, versions[0]?.name ?? 'v1', names.plural, names.kind, scope === 'Namespaced')];
}

/** A kind that nobody named: English plurals. */
function toServed(object: KubeObject): readonly Served[] {
  const name = object.kind.toLowerCase();
  const plural = /(s|x|ch|sh)$/.test(name)
    ? `${name}es`
    : /[^aeiou]y$/.test(name)
      ? `${name.slice(0, -1)}ies`
      : `${name}s`;
  const version = object.apiVersion.split('/').at(-1) ?? 'v1';
  return [served(groupOf(object), version, plural, object.kind, object.metadata.namespace !== undefined)];
}

function served(group: string, version: string, resource: string, kind: string, isNamespaced: boolean): Served {
  return { group, version, resource, kind, isNamespaced };
}
