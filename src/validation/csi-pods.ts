import type { Backend } from '../model/backend.ts';
import type { Pod } from '../model/kubernetes.ts';

export interface DriverPods {
  readonly controllers: readonly Pod[];
  readonly nodes: readonly Pod[];
}

/** Containers that only the controller side has. */
const controllerContainer = /provisioner|^csi-controller$/;
const nodeContainer = /registrar|^csi-node$/;

/**
 * Pods of one driver. democratic-csi tells its driver's name in `--csi-name`; truenas-csi reads it from its environment,
 * so all its pods are taken together.
 */
export function podsOfDriver(pods: readonly Pod[], { driver, family }: Pick<Backend, 'driver' | 'family'>): DriverPods {
  const own = pods.filter((pod) => (family === 'truenas-csi' ? isTrueNasCsi(pod) : namesDriver(pod, driver)));
  return {
    controllers: own.filter((pod) => hasContainer(pod, controllerContainer)),
    nodes: own.filter((pod) => hasContainer(pod, nodeContainer)),
  };
}

/** Every container runs and says it is ready. */
export function isPodReady({ phase, containers }: Pod): boolean {
  return phase === 'Running' && containers.every(({ ready }) => ready);
}

/** Finished pods (a drained node's leftovers) say nothing about today. */
export function isAlive({ phase }: Pod): boolean {
  return phase !== 'Succeeded' && phase !== 'Failed';
}

function isTrueNasCsi(pod: Pod): boolean {
  const names = [pod.labels['app'] ?? '', pod.labels['app.kubernetes.io/name'] ?? ''];
  return isAlive(pod) && names.some((name) => name.startsWith('truenas-csi'));
}

function namesDriver(pod: Pod, driver: string): boolean {
  return isAlive(pod) && pod.containers.some(({ args }) => args.includes(`--csi-name=${driver}`));
}

function hasContainer(pod: Pod, pattern: RegExp): boolean {
  return pod.containers.some(({ name }) => pattern.test(name));
}
