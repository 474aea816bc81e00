import type { ScopedLinks } from '../model/check.ts';
import type { ContentLink, DatasetLink, Links, ShareLink, SnapshotLink, VolumeLink } from '../model/links.ts';
import { addTo } from '../util/groups.ts';

/** Every link sorted once into the scopes it belongs to, so that no check walks the whole estate once per scope. */
export interface LinkIndex {
  ofBackend(id: string): ScopedLinks;
  ofCluster(name: string): ScopedLinks;
  ofNas(name: string): ScopedLinks;
}

interface Maps {
  readonly volumes: Map<string, VolumeLink[]>;
  readonly datasets: Map<string, DatasetLink[]>;
  readonly snapshots: Map<string, SnapshotLink[]>;
  readonly contents: Map<string, ContentLink[]>;
  readonly shares: Map<string, ShareLink[]>;
}

export function indexLinks(links: Links): LinkIndex {
  const maps = sortLinks(links);
  const byName = new Map(links.datasets.map((link) => [`${link.nas} ${link.dataset.name}`, link]));
  const datasetAt = (nas: string, name: string) => byName.get(`${nas} ${name}`);
  const at = (key: string): ScopedLinks => ({
    backends: links.backends,
    volumes: maps.volumes.get(key) ?? [],
    datasets: maps.datasets.get(key) ?? [],
    snapshots: maps.snapshots.get(key) ?? [],
    contents: maps.contents.get(key) ?? [],
    shares: maps.shares.get(key) ?? [],
    unclaimedParents: [],
    datasetAt,
  });
  return {
    ofBackend: at,
    ofNas: (name) => ({
      ...at(`nas/${name}`),
      unclaimedParents: links.unclaimedParents.filter((parent) => parent.nas === name),
    }),
    ofCluster: (name) => {
      const nases = new Set(links.backends.filter((b) => b.cluster === name).map((b) => b.nas));
      const there = [...nases].map((nas) => at(`nas/${nas}`));
      return {
        ...at(`cluster/${name}`),
        datasets: there.flatMap((scope) => scope.datasets),
        snapshots: there.flatMap((scope) => scope.snapshots),
        shares: there.flatMap((scope) => scope.shares),
      };
    },
  };
}

function sortLinks(links: Links): Maps {
  const maps: Maps = {
    volumes: new Map(),
    datasets: new Map(),
    snapshots: new Map(),
    contents: new Map(),
    shares: new Map(),
  };
  for (const link of links.volumes) {
    const nases = new Set([link.backend?.nas, link.backing.status === 'found' ? link.backing.value.nas : undefined]);
    for (const key of keysOf(link.backend?.id, link.cluster, nases)) addTo(maps.volumes, key, link);
  }
  for (const link of links.contents) {
    for (const key of keysOf(link.backend?.id, link.cluster, new Set([link.backend?.nas]))) {
      addTo(maps.contents, key, link);
    }
  }
  for (const link of links.datasets) addToNas(maps.datasets, link);
  for (const link of links.snapshots) addToNas(maps.snapshots, link);
  for (const link of links.shares) addToNas(maps.shares, link);
  return maps;
}

function addToNas<T extends { readonly nas: string; readonly backend?: { readonly id: string } }>(
  map: Map<string, T[]>,
  link: T,
): void {
  addTo(map, `nas/${link.nas}`, link);
  if (link.backend !== undefined) addTo(map, link.backend.id, link);
}

function keysOf(backend: string | undefined, cluster: string, nases: ReadonlySet<string | undefined>): string[] {
  const onNas = [...nases].flatMap((nas) => (nas === undefined ? [] : [`nas/${nas}`]));
  return [`cluster/${cluster}`, ...onNas, ...(backend === undefined ? [] : [backend])];
}
