import type { SourceId } from '../../model/collected.ts';
import type { DeclaredBackend } from '../../model/options.ts';
import type { ShareHead } from '../../model/share.ts';
import type { NasInventory } from '../../model/truenas.ts';
import { addTo } from '../../util/groups.ts';
import { type KeyOwners, openKeyOwners, unpackKeys } from '../../util/key-set.ts';

/** A source of the fleet; one without a share that can be used has no keys. */
export type FleetSource = Pick<ShareHead, 'source' | 'outline' | 'items'> & Partial<Pick<ShareHead, 'keys'>>;

/**
 * Sources that have to be judged together: a NAS, the clusters that are declared to use it, and every other one of which
 * anything may be found there. Between two parts there is nothing that a verdict could rest on but lists that failed,
 * and those everybody is told of.
 */
export function partitionFleet(
  sources: readonly FleetSource[],
  backends: readonly DeclaredBackend[],
): (readonly SourceId[])[] {
  const groups = openGroups(sources.map(({ source }) => source));
  for (const { cluster, nas } of backends) groups.unite(`cluster/${cluster}`, `nas/${nas}`);
  const nases = sources.filter(({ source }) => source.startsWith('nas/'));
  const held = indexNasKeys(nases);
  const servers = indexServers(nases);
  for (const { source, keys } of nases) {
    for (const key of keys?.copies === undefined ? [] : unpackKeys(keys.copies)) {
      for (const other of held.ownersOf(key)) groups.unite(source, nases[other]?.source);
    }
  }
  for (const { source, keys } of sources) {
    if (keys === undefined || source.startsWith('nas/')) continue;
    const look = (packed: string) => {
      for (const key of unpackKeys(packed)) {
        for (const nas of held.ownersOf(key)) groups.unite(source, nases[nas]?.source);
      }
    };
    look(keys.keys);
    for (const [server, packed] of Object.entries(keys.pointers ?? {})) {
      const known = servers.get(server);
      if (known === undefined) look(packed);
      for (const nas of known ?? []) groups.unite(source, nas);
    }
    for (const nas of inferred(source, keys, nases, servers, backends)) groups.unite(source, nas);
  }
  return groups.all();
}

function indexNasKeys(nases: readonly FleetSource[]): KeyOwners {
  const lists = nases.map(({ keys }) => (keys === undefined ? new Float64Array() : unpackKeys(keys.keys)));
  const owners = openKeyOwners(lists.reduce((sum, { length }) => sum + length, 0));
  for (const [nas, keys] of lists.entries()) for (const key of keys) owners.add(key, nas);
  return owners;
}

/** Under which names each NAS is known; two may be known under one. */
function indexServers(nases: readonly FleetSource[]): ReadonlyMap<string, readonly SourceId[]> {
  const servers = new Map<string, SourceId[]>();
  for (const { source, outline } of nases) {
    for (const address of (outline as NasInventory).addresses) addTo(servers, address, source);
  }
  return servers;
}

/** Shares that name a driver stand for a backend of every cluster that has a class of it and no place for it otherwise. */
function inferred(
  source: SourceId,
  keys: ShareHead['keys'],
  nases: readonly FleetSource[],
  servers: ReadonlyMap<string, readonly SourceId[]>,
  backends: readonly DeclaredBackend[],
): SourceId[] {
  const isPlaced = (driver: string) =>
    backends.some((backend) => `cluster/${backend.cluster}` === source && backend.driver === driver) ||
    keys.placedBy?.some(
      (placed) => placed.driver === driver && placed.servers.some((at) => servers.get(at)?.length === 1),
    );
  const loose = new Set(keys.provisioners?.filter((driver) => !isPlaced(driver)));
  return nases.filter(({ keys: of }) => of?.drivers?.some((driver) => loose.has(driver))).map((nas) => nas.source);
}

/** Union and find. */
function openGroups(sources: readonly SourceId[]) {
  const above = new Map<SourceId, SourceId>(sources.map((source) => [source, source]));
  const top = (source: SourceId): SourceId => {
    let at = source;
    for (let up = above.get(at) ?? at; up !== at; up = above.get(at) ?? at) {
      above.set(at, above.get(up) ?? up);
      at = up;
    }
    return at;
  };
  return {
    unite(a: SourceId, b: SourceId | undefined) {
      if (b === undefined || !above.has(a) || !above.has(b)) return;
      above.set(top(a), top(b));
    },
    all: () => [...Map.groupBy(sources, top).values()],
  };
}

/** Small groups together, up to about so many items: each part has an overhead of its own. */
export function packParts(
  groups: readonly (readonly SourceId[])[],
  itemsOf: (source: SourceId) => number,
  most: number,
): (readonly SourceId[])[] {
  const sized = groups
    .map((group) => ({ group, items: group.reduce((sum, source) => sum + itemsOf(source), 0) }))
    .toSorted((a, b) => b.items - a.items);
  const parts: { sources: SourceId[]; items: number }[] = [];
  for (const { group, items } of sized) {
    const last = parts.at(-1);
    if (last !== undefined && last.items + items <= most) {
      last.sources.push(...group);
      last.items += items;
    } else parts.push({ sources: [...group], items });
  }
  return parts.map(({ sources }) => sources);
}
