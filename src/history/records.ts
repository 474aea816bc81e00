import { createHash } from 'node:crypto';
import { z } from 'zod';

export const CommittedScan = z.object({
  id: z.string(),
  runId: z.string(),
  deployment: z.string(),
  startedAt: z.iso.datetime({ offset: true }),
  finishedAt: z.string(),
  complete: z.boolean(),
  filters: z.array(z.string()),
});
export type CommittedScan = z.infer<typeof CommittedScan>;

export const Part = z.object({
  key: z.string(),
  /** A table's name, `results` or `reports`. */
  table: z.string(),
  /** Scans whose rows it holds. */
  scans: z.array(z.string()).min(1),
  sizeBytes: z.number().int().positive(),
  sha256: z.string(),
  rows: z.number().int(),
});
export type Part = z.infer<typeof Part>;

/** Written last: names every part of one scan. A scan without it does not exist. */
export const CommitRecord = z.object({
  formatVersion: z.number().int(),
  scan: CommittedScan,
  parts: z.array(Part),
});
export type CommitRecord = z.infer<typeof CommitRecord>;

/** What one month of one deployment consists of after compaction; commits it does not name stand beside it. */
export const MonthManifest = z.object({
  formatVersion: z.number().int(),
  deployment: z.string(),
  month: z.string(),
  generation: z.number().int().positive(),
  writtenAt: z.string(),
  scans: z.array(CommittedScan),
  /** Scans that retention took out; their commits no longer count. */
  pruned: z.array(z.string()),
  parts: z.array(Part),
  /** Keys of the parts that these parts replace. */
  replaces: z.array(z.string()),
});
export type MonthManifest = z.infer<typeof MonthManifest>;

export function describePart(
  key: string,
  table: string,
  scans: readonly string[],
  body: Uint8Array,
  rows: number,
): Part {
  return { key, table, scans: [...scans], sizeBytes: body.byteLength, sha256: hash(body), rows };
}

export function hash(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

export function encodeRecord(record: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
