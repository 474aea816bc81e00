import { z } from 'zod';
import type { SourceId } from './collected.ts';
import type { ClusterInventory } from './kubernetes.ts';
import type { NasInventory } from './truenas.ts';

export const shareFormatVersion = 1;

/** What a share of a fleet read of one source, projected and without secrets, for the step that joins them. */
export interface Share {
  readonly format: 'strandline-inventory';
  readonly formatVersion: number;
  readonly source: SourceId;
  readonly scanId: string;
  readonly runId: string;
  /** First and last list of it that was asked for; ISO UTC. */
  readonly readFrom: string;
  readonly readTo: string;
  readonly inventory: ClusterInventory | NasInventory;
}

/** The sections are our own writing: they are trusted as far as the shape goes. */
export const ShareShape = z.object({
  format: z.literal('strandline-inventory'),
  formatVersion: z.number().int(),
  source: z.string(),
  scanId: z.string(),
  runId: z.string(),
  readFrom: z.iso.datetime(),
  readTo: z.iso.datetime(),
  inventory: z.looseObject({
    name: z.string(),
    sections: z.record(z.string(), z.looseObject({ ok: z.boolean(), takenAt: z.string() })),
  }),
});

/** Of one source, when every list of it was asked for. */
export function readingTime({ sections }: Share['inventory']): Pick<Share, 'readFrom' | 'readTo'> {
  const times = Object.values(sections)
    .map(({ takenAt }) => takenAt)
    .toSorted();
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) throw new Error('an inventory without any section');
  return { readFrom: first, readTo: last };
}
