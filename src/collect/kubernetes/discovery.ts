import { SourceError } from '../../errors.ts';
import type { KubeApi } from './api.ts';
import { isObject, type Json } from './item.ts';
import type { Resource } from './resource.ts';

/** What the cluster serves. Every method throws when that could not be learned for certain. */
export interface Discovery {
  /** All API groups, without the core group. @throws SourceError */
  groups(): Promise<ReadonlySet<string>>;
  /** The resource in the version that the cluster serves, or why it is not installed. @throws SourceError */
  find<T>(resource: Resource<T>): Promise<Resource<T> | { readonly absent: string }>;
}

/**
 * Plain discovery, not the aggregated document: `/apis` names every registered group, also one whose server is down, and
 * is a tenth in size; the one group that matters is then asked itself, and answers 503 when it is down.
 */
export function createDiscovery(api: KubeApi): Discovery {
  const loadGroups = once(async () => readGroups(await api.get('/apis')));
  const versions = new Map<string, () => Promise<ReadonlySet<string>>>();
  return {
    groups: async () => new Set((await loadGroups()).keys()),
    async find(resource) {
      const version = pickVersion((await loadGroups()).get(resource.group), resource.version);
      if (version === undefined) return { absent: `${resource.group} is not installed` };
      const path = `/apis/${resource.group}/${version}`;
      const load = versions.get(path) ?? once(async () => readResources(await api.get(path), path));
      versions.set(path, load);
      const served = (await load()).has(resource.resource);
      return served ? { ...resource, version } : { absent: `${resource.group} has no ${resource.resource}` };
    },
  };
}

interface Versions {
  readonly all: readonly string[];
  readonly preferred: string;
}

/** No API server is without these: an answer that lacks them is not the whole answer. */
const always = ['apps', 'storage.k8s.io'];

function readGroups(body: Json): ReadonlyMap<string, Versions> {
  const { groups } = body;
  if (body['kind'] !== 'APIGroupList' || !Array.isArray(groups)) throw bad('/apis', 'the answer is no APIGroupList');
  const found = new Map(groups.map(readGroup));
  const missing = always.find((name) => !found.has(name));
  if (missing !== undefined) throw bad('/apis', `the group ${missing}, which every cluster has, is missing`);
  return found;
}

function readGroup(group: unknown): readonly [string, Versions] {
  if (!isObject(group) || typeof group['name'] !== 'string' || !Array.isArray(group['versions']))
    throw bad('/apis', 'a group has no readable name or versions');
  const all = group['versions'].map((entry: unknown) => versionOf(entry));
  return [
    group['name'],
    { all, preferred: isObject(group['preferredVersion']) ? versionOf(group['preferredVersion']) : (all[0] ?? '') },
  ];
}

function versionOf(entry: unknown): string {
  if (isObject(entry) && typeof entry['version'] === 'string') return entry['version'];
  throw bad('/apis', 'a version has no readable name');
}

function pickVersion(versions: Versions | undefined, wanted: string): string | undefined {
  if (versions === undefined) return undefined;
  return versions.all.includes(wanted) ? wanted : versions.preferred;
}

function readResources(body: Json, path: string): ReadonlySet<string> {
  const { resources } = body;
  if (body['kind'] !== 'APIResourceList' || !Array.isArray(resources))
    throw bad(path, 'the answer is no APIResourceList');
  return new Set(
    resources.map((entry: unknown) => {
      if (isObject(entry) && typeof entry['name'] === 'string') return entry['name'];
      throw bad(path, 'a resource has no readable name');
    }),
  );
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load();
    return loading;
  };
}

function bad(path: string, why: string): SourceError {
  return new SourceError('badAnswer', `GET ${path}: ${why}`, {
    remedy: 'Check what stands between the scan and the API server, and run the scan again.',
  });
}
