import type { PodStorage, Workload } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { type Item, identity, integer, objects, part } from '../item.ts';
import { ownerRefs, toNamespacedMeta } from '../meta.ts';
import { toPodStorage } from '../pod-storage.ts';
import type { Resource } from '../resource.ts';

type Kind = Workload['kind'];

export const workloads: readonly Resource<Workload>[] = [
  ofTemplate('apps', 'deployments', 'Deployment'),
  ofTemplate('apps', 'statefulsets', 'StatefulSet'),
  ofTemplate('apps', 'daemonsets', 'DaemonSet'),
  ofTemplate('apps', 'replicasets', 'ReplicaSet'),
  ofTemplate('batch', 'jobs', 'Job'),
  workload('batch', 'cronjobs', 'CronJob', (item) =>
    toPodStorage(item, 'spec', 'jobTemplate', 'spec', 'template', 'spec'),
  ),
];

function ofTemplate(group: string, resource: string, kind: Kind): Resource<Workload> {
  return workload(group, resource, kind, (item) => toPodStorage(item, 'spec', 'template', 'spec'));
}

export function workload(
  group: string,
  resource: string,
  kind: Kind,
  toStorage: (item: Item) => PodStorage,
): Resource<Workload> {
  return {
    group,
    version: 'v1',
    resource,
    kind,
    isNamespaced: true,
    project: (item) => toWorkload(item, kind, toStorage(item)),
  };
}

function toWorkload(item: Item, kind: Kind, storage: PodStorage): Workload {
  return defined({
    ...toNamespacedMeta(item),
    kind,
    replicas: integer(item, 'spec', 'replicas'),
    storage,
    claimTemplates: objects(item, 'spec', 'volumeClaimTemplates').map((json) =>
      identity(part(item, json), 'metadata', 'name'),
    ),
    ownerRefs: ownerRefs(item),
  });
}
