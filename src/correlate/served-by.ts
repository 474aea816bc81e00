import type { NasIndex } from './nas-index.ts';

/** Whether a volume that names this server may lie on the NAS: a server that is none of ours may be any of them. */
export type MayServe = (index: NasIndex, server: string | undefined) => boolean;

export function mayServe(nases: ReadonlyMap<string, NasIndex>): MayServe {
  const known = new Set([...nases.values()].flatMap((index) => index.nas.addresses));
  return (index, server) => server === undefined || !known.has(server) || index.nas.addresses.includes(server);
}
