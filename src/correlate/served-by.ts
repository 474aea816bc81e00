import { addTo } from '../util/groups.ts';
import type { NasIndex } from './nas-index.ts';

/** Whether a volume that names this server may lie on the NAS: a server that is none of ours may be any of them. */
export type MayServe = (index: NasIndex, server: string | undefined) => boolean;

export function mayServe(nases: ReadonlyMap<string, NasIndex>): MayServe {
  const known = knownUnder(nases);
  return (index, server) => server === undefined || known(server).length === 0 || index.nas.addresses.includes(server);
}

/** The NASes that are known under the name of a server; two may be under one. */
export type KnownUnder = (server: string | undefined) => readonly NasIndex[];

export function knownUnder(nases: ReadonlyMap<string, NasIndex>): KnownUnder {
  const known = new Map<string, NasIndex[]>();
  for (const index of nases.values()) for (const address of new Set(index.nas.addresses)) addTo(known, address, index);
  return (server) => (server === undefined ? undefined : known.get(server)) ?? [];
}
