import type { KubeObject } from '../../../src/simulate/estate.ts';
import { withManagedFields } from './managed-fields.ts';

/** Where the API server keeps the kinds that it is made with. Those of a CustomResourceDefinition lie by group. */
const folders: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  Node: 'minions',
  PersistentVolume: 'persistentvolumes',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  Pod: 'pods',
  Event: 'events',
  StorageClass: 'storageclasses',
  CSIDriver: 'csidrivers',
  CSINode: 'csinodes',
  VolumeAttachment: 'volumeattachments',
  Lease: 'leases',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
  Job: 'jobs',
  CronJob: 'cronjobs',
  VolumeSnapshot: 'snapshot.storage.k8s.io/volumesnapshots',
  VolumeSnapshotContent: 'snapshot.storage.k8s.io/volumesnapshotcontents',
  VolumeSnapshotClass: 'snapshot.storage.k8s.io/volumesnapshotclasses',
  VirtualMachine: 'kubevirt.io/virtualmachines',
};

/** etcd takes at most 128 operations, and 1.5 MB, at once. */
const putsAtOnce = 100;

/**
 * Writes objects into etcd, behind the API server, which then serves them as they are: with their UIDs, creation times
 * and states, which nobody can give to an object that is created through it. Fifty thousand take seconds.
 */
export async function putObjects(etcd: string, objects: readonly KubeObject[]): Promise<void> {
  for (let from = 0; from < objects.length; from += putsAtOnce) {
    const success = objects.slice(from, from + putsAtOnce).map((object) => ({
      requestPut: { key: base64(keyOf(object)), value: base64(JSON.stringify(withManagedFields(object))) },
    }));
    const answer = await fetch(`${etcd}/v3/kv/txn`, { method: 'POST', body: JSON.stringify({ success }) });
    if (!answer.ok) throw new Error(`etcd refused objects: ${answer.status} ${await answer.text()}`);
  }
}

function keyOf({ kind, metadata }: KubeObject): string {
  const folder = folders[kind];
  if (folder === undefined) throw new Error(`unknown where the API server keeps the kind ${kind}`);
  return ['/registry', folder, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
