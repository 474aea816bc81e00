import type { KubeNode } from '../model/kubernetes.ts';

/** Nodes on which ordinary pods can land now: ready Linux nodes, not cordoned, without a taint that keeps pods away. */
export function schedulableNodes(nodes: readonly KubeNode[]): KubeNode[] {
  return nodes.filter(
    ({ ready, unschedulable, taints, os }) =>
      ready &&
      !unschedulable &&
      (os ?? 'linux') === 'linux' &&
      !taints.some(({ effect }) => keepsAway.includes(effect)),
  );
}

const keepsAway = ['NoSchedule', 'NoExecute'];
