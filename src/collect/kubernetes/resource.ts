import type { Item } from './item.ts';

/** One list of the API and how an object of it becomes one of ours. */
export interface Resource<T> {
  /** `''` is the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  readonly project: (item: Item) => T;
}

export function listPath(resource: Omit<Resource<unknown>, 'project'>, namespace?: string): string {
  const { group, version } = resource;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${resource.resource}`;
}

export function objectPath(resource: Omit<Resource<unknown>, 'project'>, name: string, namespace?: string): string {
  return `${listPath(resource, namespace)}/${encodeURIComponent(name)}`;
}

/** `persistentvolumes`, `volumesnapshots.snapshot.storage.k8s.io`: as kubectl and RBAC messages write it. */
export function resourceName({ group, resource }: Pick<Resource<unknown>, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}
