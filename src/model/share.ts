import { z } from 'zod';
import type { SourceId } from './collected.ts';
import type { ClusterInventory } from './kubernetes.ts';
import type { NasInventory } from './truenas.ts';

export const shareFormatVersion = 3;

export type SourceInventory = ClusterInventory | NasInventory;

/** What a share of a fleet read of one source, projected and without secrets, for the step that joins them. */
export interface Share {
  readonly head: ShareHead;
  readonly inventory: SourceInventory;
}

/** What the joining step knows of every share at once; inventories it only ever holds a few of. */
export interface ShareHead {
  readonly format: 'strandline-inventory';
  readonly formatVersion: number;
  readonly source: SourceId;
  readonly scanId: string;
  readonly runId: string;
  /** First and last list of it that was asked for; ISO UTC. */
  readonly readFrom: string;
  readonly readTo: string;
  /** Of all its lists. */
  readonly items: number;
  readonly volumes: number;
  /** The inventory with its lists emptied: what failed, and the few volumes that contradict an empty list elsewhere. */
  readonly outline: SourceInventory;
  readonly keys: PackedKeys;
}

/** Texts by which a NAS can be found from a cluster's side, and by which it finds what is there. */
export interface NasKeys {
  readonly keys: ReadonlySet<string>;
  /** Names of volumes that its datasets were made for: on another NAS they may be the originals. */
  readonly copies: ReadonlySet<string>;
  /** Drivers that its shares name. */
  readonly drivers: readonly string[];
}

export interface ClusterKeys {
  readonly keys: ReadonlySet<string>;
  /** By the server that they name, '' for none: who is known under that name is the only one they can mean. */
  readonly pointers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Servers that the volumes of a driver name. */
  readonly placedBy: readonly { readonly driver: string; readonly servers: readonly string[] }[];
  readonly provisioners: readonly string[];
}

const Packed = z.string();

/** Sets of 53-bit numbers in base64. */
export const PackedKeys = z.object({
  keys: Packed,
  copies: Packed.optional(),
  drivers: z.array(z.string()).optional(),
  pointers: z.record(z.string(), Packed).optional(),
  placedBy: z.array(z.object({ driver: z.string(), servers: z.array(z.string()) })).optional(),
  provisioners: z.array(z.string()).optional(),
});
export type PackedKeys = z.infer<typeof PackedKeys>;

/** Sections are our own writing: they are trusted as far as the shape goes. */
export const InventoryShape = z.looseObject({
  name: z.string(),
  sections: z.record(z.string(), z.looseObject({ ok: z.boolean(), takenAt: z.string() })),
});

export const ShareHeadShape = z.object({
  format: z.literal('strandline-inventory'),
  formatVersion: z.number().int(),
  source: z.string(),
  scanId: z.string(),
  runId: z.string(),
  readFrom: z.iso.datetime(),
  readTo: z.iso.datetime(),
  items: z.number().int(),
  volumes: z.number().int(),
  outline: InventoryShape,
  keys: PackedKeys,
});

/** Of one source, when every list of it was asked for. */
export function readingTime({ sections }: SourceInventory): Pick<ShareHead, 'readFrom' | 'readTo'> {
  const times = Object.values(sections)
    .map(({ takenAt }) => takenAt)
    .toSorted();
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) throw new Error('an inventory without any section');
  return { readFrom: first, readTo: last };
}
