import type { Finding } from '../../model/finding.ts';
import type { ScanResult } from '../../model/scan-result.ts';

/** `CLUSTER/NAMESPACE` that a finding belongs to; undefined for what belongs to none, or to nobody knows whom. */
export function namespaceOf({
  resource,
  owner,
  scope,
}: Pick<Finding, 'resource' | 'owner' | 'scope'>): string | undefined {
  const cluster = resource.cluster ?? clusterOfScope(scope);
  const namespace = resource.namespace ?? owner.namespace;
  return cluster === undefined || namespace === undefined ? undefined : `${cluster}/${namespace}`;
}

function clusterOfScope(scope: string): string | undefined {
  return /^(?:cluster|backend)\/([^/]+)/.exec(scope)?.[1];
}

export function joinPlace(item: { readonly cluster?: string | undefined; readonly namespace?: string | undefined }) {
  return item.cluster === undefined || item.namespace === undefined ? undefined : `${item.cluster}/${item.namespace}`;
}

/** Every namespace that a result speaks of. */
export function listNamespaces(result: ScanResult): readonly string[] {
  const found = new Set<string>();
  for (const finding of result.findings) addTo(found, namespaceOf(finding));
  for (const volume of result.usage.volumes) addTo(found, joinPlace(volume));
  return [...found].toSorted();
}

function addTo(found: Set<string>, place: string | undefined): void {
  if (place !== undefined) found.add(place);
}

/** Whose volume stands behind `<cluster>/<persistent volume>` or `<nas> <dataset>`. Made once per result. */
export function volumePlaces(result: ScanResult): ReadonlyMap<string, string> {
  const known = places.get(result);
  if (known !== undefined) return known;
  const made = new Map<string, string>();
  for (const volume of result.usage.volumes) {
    const place = joinPlace(volume);
    if (place === undefined) continue;
    made.set(`${volume.cluster}/${volume.persistentVolume}`, place);
    made.set(`${volume.nas} ${volume.dataset}`, place);
  }
  places.set(result, made);
  return made;
}

const places = new WeakMap<ScanResult, ReadonlyMap<string, string>>();
