import type { Namespace } from '../../../model/kubernetes.ts';
import { identity } from '../item.ts';
import { toMeta } from '../meta.ts';
import type { Resource } from '../resource.ts';

export const namespaces: Resource<Namespace> = {
  group: '',
  version: 'v1',
  resource: 'namespaces',
  kind: 'Namespace',
  isNamespaced: false,
  project: (item) => ({ ...toMeta(item), phase: identity(item, 'status', 'phase') }),
};
