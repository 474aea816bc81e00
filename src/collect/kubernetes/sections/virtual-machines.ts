import type { PodStorage, Workload } from '../../../model/kubernetes.ts';
import { type Item, identity, isObject, objects, part } from '../item.ts';
import type { Resource } from '../resource.ts';
import { workload } from './workloads.ts';

export const kubeVirtGroup = 'kubevirt.io';

/** KubeVirt: read only where its group is installed. */
export const virtualMachines: readonly Resource<Workload>[] = [
  workload(kubeVirtGroup, 'virtualmachines', 'VirtualMachine', (item) =>
    join(toVmStorage(item, 'spec', 'template', 'spec'), toTemplates(item)),
  ),
  workload(kubeVirtGroup, 'virtualmachineinstances', 'VirtualMachineInstance', (item) => toVmStorage(item, 'spec')),
];

/** A DataVolume makes a claim of its own name. */
function toVmStorage(item: Item, ...path: readonly string[]): PodStorage {
  const claims: string[] = [];
  for (const json of objects(item, ...path, 'volumes')) {
    const volume = part(item, json);
    if (isObject(json['persistentVolumeClaim'])) claims.push(identity(volume, 'persistentVolumeClaim', 'claimName'));
    if (isObject(json['dataVolume'])) claims.push(identity(volume, 'dataVolume', 'name'));
    if (isObject(json['memoryDump'])) claims.push(identity(volume, 'memoryDump', 'claimName'));
    if (isObject(json['ephemeral'])) claims.push(identity(volume, 'ephemeral', 'persistentVolumeClaim', 'claimName'));
  }
  return { claims, ephemeral: [], inline: [] };
}

function toTemplates(item: Item): readonly string[] {
  return objects(item, 'spec', 'dataVolumeTemplates').map((json) => identity(part(item, json), 'metadata', 'name'));
}

function join(storage: PodStorage, claims: readonly string[]): PodStorage {
  return { ...storage, claims: [...new Set([...storage.claims, ...claims])] };
}
