import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterState } from '../../../src/simulate/estate.ts';
import { accountKubeconfig } from '../../e2e/cluster/accounts.ts';
import { type Cluster, startCluster } from '../../e2e/cluster/cluster.ts';
import { until } from '../../e2e/cluster/exec.ts';
import { putObjects } from '../../e2e/cluster/put-objects.ts';

const manifests = join(import.meta.dirname, '../../../cronjob/base');

/**
 * etcd and the API server of a real control plane, holding what the estate's cluster holds, without a controller that
 * would act on it. The scan logs in as the account that the manifests give it; its kubeconfig is written to `kubeconfig`.
 */
export async function startRealCluster(state: ClusterState, kubeconfig: string): Promise<Cluster> {
  const cluster = await startCluster();
  try {
    if (cluster.own === undefined) throw new Error('a bench writes into etcd: it needs a cluster of its own');
    await cluster.own.plane.stopControllerManager();
    await cluster.kc(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: virtualMachines }));
    for (const name of ['namespace', 'clusterrole', 'clusterrolebinding'])
      await cluster.kc(['apply', '-f', join(manifests, `${name}.yaml`)]);
    await cluster.kc(['-n', 'strandline', 'apply', '-f', join(manifests, 'serviceaccount.yaml')]);
    await copyFile(await accountKubeconfig(cluster, 'strandline', 'strandline'), kubeconfig);
    await putObjects(cluster.own.plane.etcd, state.objects);
    await until('the objects in the API server', () => areServed(cluster, state));
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function areServed(cluster: Cluster, { objects }: ClusterState): Promise<true | undefined> {
  const last = objects.findLast(({ kind }) => kind === 'VirtualMachine');
  if (last === undefined) return true;
  await cluster.kc(['-n', last.metadata.namespace ?? '', 'get', 'virtualmachines.kubevirt.io', last.metadata.name]);
  return true;
}

/** As little of KubeVirt as it takes to list its machines. */
const virtualMachines = ['virtualmachine', 'virtualmachineinstance'].map((singular) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${singular}s.kubevirt.io` },
  spec: {
    group: 'kubevirt.io',
    scope: 'Namespaced',
    names: {
      plural: `${singular}s`,
      singular,
      kind: singular === 'virtualmachine' ? 'VirtualMachine' : 'VirtualMachineInstance',
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}));
