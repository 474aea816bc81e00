import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Cluster } from './cluster.ts';
import { run } from './exec.ts';

export const repository: string = join(import.meta.dirname, '../../..');

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  // biome-ignore lint/suspicious/noExplicitAny: manifests are edited by path in tests
  [field: string]: any;
}

/** `cronjob/overlays/<name>` (or base) as kubectl builds it. */
export async function renderOverlay(cluster: Cluster, path: string): Promise<Manifest[]> {
  return parseManifests(await run(cluster.kubectl, ['kustomize', join(repository, 'cronjob', path)]));
}

export function parseManifests(yaml: string): Manifest[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}

/** The same objects in another namespace; what is cluster-wide gets its name, so that installations do not meet. */
export function moveTo(namespace: string, manifests: readonly Manifest[]): Manifest[] {
  return manifests.map((manifest) => {
    const copy = structuredClone(manifest);
    if (copy.kind === 'Namespace') copy.metadata.name = namespace;
    else if (/^ClusterRole/.test(copy.kind)) copy.metadata.name = renamed(copy.metadata.name, namespace);
    else copy.metadata.namespace = namespace;
    if (copy.kind === 'ClusterRoleBinding') copy['roleRef'].name = renamed(copy['roleRef'].name, namespace);
    for (const subject of copy['subjects'] ?? []) subject.namespace = namespace;
    return copy;
  });
}

/** `strandline-viewer` → `NAMESPACE-viewer`; roles of Kubernetes itself keep their names. */
function renamed(name: string, namespace: string): string {
  return name.replace(/^strandline/, namespace);
}

export function find(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && (name === undefined || one.metadata.name === name));
  if (found === undefined) throw new Error(`no ${kind} ${name ?? ''} among the manifests`);
  return found;
}

export async function applyAll(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const namespaces = manifests.filter(({ kind }) => kind === 'Namespace');
  if (namespaces.length > 0) await cluster.kc(['apply', '-f', '-'], toList(namespaces));
  await cluster.kc(['apply', '-f', '-'], toList(manifests.filter(({ kind }) => kind !== 'Namespace')));
}

export function toList(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

export function uniqueNamespace(prefix: string): string {
  return `${prefix}-${randomBytes(3).toString('hex')}`;
}
