import type { z } from 'zod';
import { parseJson, refuseNewer } from './format.ts';
import { escapeValue, formatVersion } from './layout.ts';
import type { ObjectStore } from './object-store.ts';
import { CommitRecord, type CommittedScan, MonthManifest, type Part } from './records.ts';

export interface DamagedPart {
  readonly name: string;
  readonly because: string;
}

/** What exists: the scans that were committed, oldest first, and the parts that hold their rows. */
export interface Ledger {
  readonly scans: readonly CommittedScan[];
  readonly parts: readonly Part[];
  /** Newest manifest of each month that was compacted. */
  readonly manifests: readonly MonthManifest[];
  /** Commits that no manifest has taken over. */
  readonly commits: readonly CommitRecord[];
  readonly damaged: readonly DamagedPart[];
}

/** Reads the commit records and manifests of one deployment, or of all. Damaged records are named; the rest counts. */
export async function readLedger(objects: ObjectStore, deployment?: string): Promise<Ledger> {
  const folder = deployment === undefined ? '' : `deployment=${escapeValue(deployment)}/`;
  const damaged: DamagedPart[] = [];
  // Manifests second: a compaction that ends in between is then seen by both lists, and the manifest wins.
  const commits = await readRecords(objects, `commits/${folder}`, CommitRecord, damaged);
  const manifests = newestOfMonth(await readRecords(objects, `manifests/${folder}`, MonthManifest, damaged));
  const settled = new Set(manifests.flatMap(({ scans, pruned }) => [...scans.map(({ id }) => id), ...pruned]));
  const open = commits.filter(({ scan }) => !settled.has(scan.id));
  return {
    scans: [...manifests.flatMap(({ scans }) => scans), ...open.map(({ scan }) => scan)].sort(byStart),
    parts: [...manifests, ...open].flatMap(({ parts }) => parts),
    manifests,
    commits: open,
    damaged,
  };
}

const byStart = (a: CommittedScan, b: CommittedScan): number =>
  Date.parse(a.startedAt) - Date.parse(b.startedAt) || (a.id < b.id ? -1 : 1);

function newestOfMonth(manifests: readonly MonthManifest[]): MonthManifest[] {
  const byMonth = Map.groupBy(manifests, ({ deployment, month }) => `${month} ${deployment}`);
  return [...byMonth.values()].map((ones) => ones.reduce((a, b) => (b.generation > a.generation ? b : a)));
}

async function readRecords<T extends { readonly formatVersion: number }>(
  objects: ObjectStore,
  prefix: string,
  shape: z.ZodType<T>,
  damaged: DamagedPart[],
): Promise<T[]> {
  const listed = await objects.list(prefix);
  const records: T[] = [];
  const readAtOnce = 16;
  for (let from = 0; from < listed.length; from += readAtOnce) {
    const batch = listed.slice(from, from + readAtOnce);
    const bodies = await Promise.all(batch.map(({ key }) => objects.get(key)));
    for (const [i, { key }] of batch.entries()) {
      const body = bodies[i];
      if (body === undefined) continue; // deleted since the list: compaction took it over
      const record = readRecord(`${objects.place}/${key}`, body, shape);
      if (typeof record === 'string') damaged.push({ name: key, because: record });
      else records.push(record);
    }
  }
  return records;
}

function readRecord<T extends { readonly formatVersion: number }>(
  name: string,
  body: Uint8Array,
  shape: z.ZodType<T>,
): T | string {
  if (body.length === 0) return 'the record is empty';
  const raw = parseJson(body);
  if (raw === undefined) return 'the record is cut off or not JSON';
  const version: unknown = typeof raw === 'object' && raw !== null ? Reflect.get(raw, 'formatVersion') : undefined;
  if (typeof version === 'number') refuseNewer(version, formatVersion, name);
  const parsed = shape.safeParse(raw);
  return parsed.success ? parsed.data : 'the record is not one of ours';
}
