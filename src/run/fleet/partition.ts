import type { SourceId } from '../../model/collected.ts';
import type { DeclaredBackend } from '../../model/options.ts';
import type { PackedKeys, ShareHead } from '../../model/share.ts';
import type { NasInventory } from '../../model/truenas.ts';
import { addTo } from '../../util/groups.ts';
import { type KeyOwners, type KeyRange, keysWithin, openKeyOwners, splitKeys, unpackKeys } from '../../util/key-set.ts';

/** A source of the fleet; one without a share that can be used has no keys. */
export type FleetSource = Pick<ShareHead, 'source' | 'outline' | 'items'> & { readonly keys?: FleetKeys };

/** The keys of a head as sorted numbers. */
export type FleetKeys = Pick<PackedKeys, 'drivers' | 'placedBy' | 'provisioners'> & {
  readonly keys: Float64Array;
  readonly copies: Float64Array;
  readonly pointers: ReadonlyMap<string, Float64Array>;
};

export function unpackAll({ keys, copies = '', pointers = {}, ...rest }: PackedKeys): FleetKeys {
  const unpacked = Object.entries(pointers).map(([server, packed]) => [server, unpackKeys(packed)] as const);
  return { ...rest, keys: unpackKeys(keys), copies: unpackKeys(copies), pointers: new Map(unpacked) };
}

/**
 * Sources that have to be judged together: a NAS, the clusters that are declared to use it, and every other one of which
 * anything may be found there. Between two parts there is nothing that a verdict could rest on but lists that failed,
 * and those everybody is told of.
 */
export function partitionFleet(
  sources: readonly FleetSource[],
  backends: readonly DeclaredBackend[],
  keysAtATime = 1_000_000, // some 20 MB
): (readonly SourceId[])[] {
  const groups = openGroups(sources.map(({ source }) => source));
  for (const { cluster, nas } of backends) groups.unite(`cluster/${cluster}`, `nas/${nas}`);
  const nases = sources.filter(({ source }) => source.startsWith('nas/'));
  const servers = indexServers(nases);
  const asked = sources.flatMap((source) => keysToLookUp(source, servers).map((keys) => ({ source, keys })));
  for (const range of rangesFor(nases, keysAtATime)) {
    const held = indexNasKeys(nases, range);
    for (const { source, keys } of asked) {
      const unite = (nas: number) => groups.unite(source.source, nases[nas]?.source);
      for (const key of keysWithin(keys, range)) held.eachOwner(key, unite);
    }
  }
  for (const { source, keys } of sources) {
    if (keys === undefined || source.startsWith('nas/')) continue;
    for (const server of keys.pointers.keys()) {
      for (const nas of servers.get(server) ?? []) groups.unite(source, nas);
    }
    for (const nas of inferred(source, keys, nases, servers, backends)) groups.unite(source, nas);
  }
  return groups.all();
}

/** Keys of a source that any NAS may hold. Who is known under the name of a server is the only one it can mean. */
function keysToLookUp(
  { source, keys }: FleetSource,
  servers: ReadonlyMap<string, readonly SourceId[]>,
): readonly Float64Array[] {
  if (keys === undefined) return [];
  if (source.startsWith('nas/')) return [keys.copies];
  const loose = [...keys.pointers].filter(([server]) => !servers.has(server));
  return [keys.keys, ...loose.map(([, pointers]) => pointers)];
}

function rangesFor(nases: readonly FleetSource[], keysAtATime: number): KeyRange[] {
  const count = nases.reduce((sum, { keys }) => sum + (keys?.keys.length ?? 0), 0);
  return splitKeys(Math.ceil(Math.max(1, count) / keysAtATime));
}

function indexNasKeys(nases: readonly FleetSource[], range: KeyRange): KeyOwners {
  const lists = nases.map(({ keys }) => (keys === undefined ? new Float64Array() : keysWithin(keys.keys, range)));
  const owners = openKeyOwners(
    lists.reduce((sum, { length }) => sum + length, 0),
    range,
  );
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
  keys: FleetKeys,
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
  itemsOf: (group: readonly SourceId[]) => number,
  most: number,
): (readonly SourceId[])[] {
  const sized = groups.map((group) => ({ group, items: itemsOf(group) })).toSorted((a, b) => b.items - a.items);
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
