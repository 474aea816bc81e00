import { type Answer, pageNotFound } from './answer.ts';
import type { Served } from './catalogue.ts';

const aggregated = /application\/json;[^,]*as=APIGroupDiscoveryList/;
const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** `/version`, `/api`, `/apis` and one group version; undefined for any other path. */
export function answerDiscovery(
  path: string,
  accept: string,
  served: readonly Served[],
  version: string,
): Answer | undefined {
  if (path === '/version') return { status: 200, body: versionInfo(version) };
  if (path === '/api' || path === '/apis') {
    const shown = served.filter(({ group }) => (path === '/api') === (group === ''));
    if (aggregated.test(accept)) return { status: 200, body: aggregatedList(shown) };
    return { status: 200, body: path === '/api' ? { kind: 'APIVersions', versions: ['v1'] } : groupList(shown) };
  }
  const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
  if (match === null) return undefined;
  const [, group = '', name = ''] = match;
  const shown = served.filter((each) => each.group === group && each.version === name);
  return shown.length === 0 ? pageNotFound : { status: 200, body: resourceList(group, name, shown) };
}

function versionInfo(gitVersion: string): unknown {
  const [, major = '1', minor = ''] = /^v?(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return { major, minor, gitVersion, gitTreeState: 'clean', goVersion: 'go1.24', platform: 'linux/amd64' };
}

function groupList(served: readonly Served[]): unknown {
  const groups = [...versionsByGroup(served)].map(([name, versions]) => {
    const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: all, preferredVersion: all[0] };
  });
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

function resourceList(group: string, version: string, served: readonly Served[]): unknown {
  const groupVersion = group === '' ? version : `${group}/${version}`;
  const resources = served.map(({ resource, kind, isNamespaced }) => ({
    name: resource,
    singularName: kind.toLowerCase(),
    namespaced: isNamespaced,
    kind,
    verbs,
  }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function aggregatedList(served: readonly Served[]): unknown {
  const items = [...versionsByGroup(served)].map(([name, versions]) => ({
    metadata: { name, creationTimestamp: null },
    versions: versions.map((version) => ({
      version,
      freshness: 'Current',
      resources: served
        .filter((each) => each.group === name && each.version === version)
        .map(({ resource, kind, isNamespaced }) => ({
          resource,
          responseKind: { group: name, version, kind },
          scope: isNamespaced ? 'Namespaced' : 'Cluster',
          singularResource: kind.toLowerCase(),
          verbs,
        })),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

function versionsByGroup(served: readonly Served[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { group, version } of served) {
    const versions = groups.get(group) ?? [];
    if (!versions.includes(version)) versions.push(version);
    groups.set(group, versions);
  }
  return groups;
}
