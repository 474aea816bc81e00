import type { ClusterState, KubeObject } from '../estate.ts';
import { groupOf, type Served, servedBy } from './catalogue.ts';

/** The objects of one state, ready to be listed. A new state is a new store with a new resourceVersion. */
export interface Store {
  readonly resourceVersion: string;
  readonly served: readonly Served[];
  /** Sorted as etcd does it: by namespace, then name. The same array for the same question. */
  list(served: Served, namespace: string | undefined, fieldSelector: string): readonly KubeObject[];
  get(served: Served, namespace: string | undefined, name: string): KubeObject | undefined;
}

export function buildStore(state: ClusterState, resourceVersion: string): Store {
  const byKind = new Map<string, KubeObject[]>();
  for (const object of [...state.objects, ...impliedNamespaces(state)]) {
    const key = kindKey(groupOf(object), object.kind);
    const list = byKind.get(key) ?? [];
    list.push(object);
    byKind.set(key, list);
  }
  for (const list of byKind.values()) list.sort((a, b) => compare(keyOf(a), keyOf(b)));
  const byName = new Map<string, ReadonlyMap<string, KubeObject>>();
  const lists = new Map<string, readonly KubeObject[]>();
  return {
    resourceVersion,
    served: servedBy(state),
    list(served, namespace, fieldSelector) {
      const kind = kindKey(served.group, served.kind);
      const key = [kind, namespace ?? '', fieldSelector].join('\n');
      const known = lists.get(key);
      if (known !== undefined) return known;
      const isWanted = toFilter(fieldSelector);
      const list = (byKind.get(kind) ?? []).filter(
        (object) => (namespace === undefined || object.metadata.namespace === namespace) && isWanted(object),
      );
      lists.set(key, list);
      return list;
    },
    get(served, namespace, name) {
      const kind = kindKey(served.group, served.kind);
      const known = byName.get(kind) ?? new Map((byKind.get(kind) ?? []).map((object) => [keyOf(object), object]));
      byName.set(kind, known);
      return known.get(namespace === undefined ? name : `${namespace}/${name}`);
    },
  };
}

/** Nothing lives in a namespace that does not exist, and every cluster has kube-system. */
function impliedNamespaces(state: ClusterState): readonly KubeObject[] {
  const given = new Set(state.objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const used = new Set(state.objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  return [...new Set(['kube-system', 'default', ...used])]
    .filter((name) => !given.has(name))
    .map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name,
        uid: name === 'kube-system' ? state.uid : `00000000-0000-4000-8000-${toHex(name)}`,
        creationTimestamp: '2025-01-01T00:00:00Z',
        labels: { 'kubernetes.io/metadata.name': name },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    }));
}

function toHex(name: string): string {
  let hash = 0n;
  for (const character of name) hash = (hash * 131n + BigInt(character.codePointAt(0) ?? 0)) % 2n ** 48n;
  return hash.toString(16).padStart(12, '0');
}

/** `a.b=c,d!=e`; `==` is `=`. */
function toFilter(fieldSelector: string): (object: KubeObject) => boolean {
  const terms = fieldSelector.split(',').filter((term) => term !== '');
  const tests = terms.map((term) => {
    const [, path = '', operator = '', wanted = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
    return (object: KubeObject) => (fieldOf(object, path) === wanted) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

function fieldOf(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const key of path.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined)?.[key];
  return value === undefined ? '' : String(value);
}

function kindKey(group: string, kind: string): string {
  return `${group}/${kind}`;
}

function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
