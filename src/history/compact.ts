import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HistoryError } from '../errors.ts';
import { copyToParquet } from './append.ts';
import { clean } from './clean.ts';
import { quotePath } from './duck.ts';
import { formatVersion, monthOf } from './layout.ts';
import { readLedger } from './ledger.ts';
import { writeManifest } from './manifest.ts';
import { findDamage, selectFiles } from './part-files.ts';
import { type CommitRecord, describePart, type MonthManifest, type Part } from './records.ts';
import { countResults, createResultPack } from './result-pack.ts';
import { type TableName, tables } from './tables.ts';
import type { Workbench } from './workbench.ts';

export interface CompactReport {
  readonly months: readonly CompactedMonth[];
  /** Months that another compaction took at the same time. */
  readonly lost: readonly string[];
  /** Replaced files that were deleted, those of earlier compactions among them. */
  readonly deleted: number;
}

export interface CompactedMonth {
  readonly month: string;
  readonly scans: number;
  readonly partsBefore: number;
  readonly partsAfter: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/**
 * Merges the parts of each month that is over into one sorted part per table. The manifest makes the change at one
 * stroke; what it replaces is deleted after `graceMs`, for readers that began before.
 */
export async function compactMonths(bench: Workbench, graceMs: number): Promise<CompactReport> {
  const ledger = await readLedger(bench.objects, bench.deployment);
  const thisMonth = monthOf(bench.now.toISOString());
  const byMonth = Map.groupBy(ledger.commits, ({ scan }) => monthOf(scan.startedAt));
  const months: CompactedMonth[] = [];
  const lost: string[] = [];
  for (const [month, commits] of [...byMonth].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (month >= thisMonth) continue;
    const base = ledger.manifests.find((manifest) => manifest.month === month);
    const done = await compactMonth(bench, month, base, commits);
    if (done === undefined) lost.push(month);
    else months.push(done);
  }
  return { months, lost, deleted: await clean(bench, graceMs) };
}

async function compactMonth(
  bench: Workbench,
  month: string,
  base: MonthManifest | undefined,
  commits: readonly CommitRecord[],
): Promise<CompactedMonth | undefined> {
  const before = [...(base?.parts ?? []), ...commits.flatMap(({ parts }) => parts)];
  const parts: Part[] = [];
  const made: string[] = [];
  const replaces: string[] = [];
  for (const group of Map.groupBy(before, ({ key }) => dirname(key)).values()) {
    const merged = await mergeGroup(bench, group, month);
    parts.push(...merged.parts);
    made.push(...merged.made);
    replaces.push(...merged.replaces);
  }
  const manifest: MonthManifest = {
    formatVersion,
    deployment: bench.deployment,
    month,
    generation: (base?.generation ?? 0) + 1,
    writtenAt: bench.now.toISOString(),
    scans: [...(base?.scans ?? []), ...commits.map(({ scan }) => scan)],
    pruned: base?.pruned ?? [],
    parts,
    replaces: [...new Set([...(base?.replaces ?? []), ...replaces])],
  };
  if (!(await writeManifest(bench.objects, manifest))) {
    for (const key of made) await bench.objects.delete(key);
    return undefined;
  }
  return {
    month,
    scans: manifest.scans.length,
    partsBefore: before.length,
    partsAfter: parts.length,
    bytesBefore: sumBytes(before),
    bytesAfter: sumBytes(parts),
  };
}

const sumBytes = (parts: readonly Part[]): number => parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);

interface Merged {
  readonly parts: readonly Part[];
  readonly made: readonly string[];
  readonly replaces: readonly string[];
}

/** Damaged parts are kept as they are and stay named; only sound ones are merged. */
async function mergeGroup(bench: Workbench, group: readonly Part[], month: string): Promise<Merged> {
  const table = group[0]?.table ?? '';
  if (table === 'results' && group.length > 1) return mergeResults(bench, group);
  if (!isTable(table) || group.length < 2) return { parts: group, made: [], replaces: [] };
  const { sound, paths } = await bench.files.take(group);
  if (sound.length < 2) return { parts: group, made: [], replaces: [] };
  const { body, rows } = await mergeFiles(bench, table, paths);
  const expected = sound.reduce((sum, part) => sum + part.rows, 0);
  if (rows !== expected) {
    throw new HistoryError(
      `Compaction of ${table} ${month} made ${rows} rows out of ${expected}; nothing was changed`,
      {
        remedy: 'Run `strandline history verify` and report this.',
      },
    );
  }
  const key = `${dirname(group[0]?.key ?? '')}/compacted-${randomUUID()}.parquet`;
  await bench.objects.putIfAbsent(key, body);
  const scans = [...new Set(sound.flatMap((part) => part.scans))];
  const damaged = group.filter((part) => !sound.includes(part));
  return {
    parts: [...damaged, describePart(key, table, scans, body, rows)],
    made: [key],
    replaces: sound.map((part) => part.key),
  };
}

async function mergeResults({ objects }: Workbench, group: readonly Part[]): Promise<Merged> {
  const pack = createResultPack();
  const sound: Part[] = [];
  const damaged: Part[] = [];
  for (const part of group) {
    const body = await objects.get(part.key);
    if (body === undefined || findDamage(part, body) !== undefined) {
      damaged.push(part);
      continue;
    }
    sound.push(part);
    await pack.add(body);
  }
  const body = await pack.end();
  if (sound.length < 2) return { parts: group, made: [], replaces: [] };
  const key = `${dirname(group[0]?.key ?? '')}/compacted-${randomUUID()}.json.zst`;
  const scans = sound.flatMap((part) => part.scans);
  const packed = await countResults(body);
  if (packed !== scans.length) throw new HistoryError(`Compaction packed ${packed} results of ${scans.length}`);
  await objects.putIfAbsent(key, body);
  return {
    parts: [...damaged, describePart(key, 'results', scans, body, scans.length)],
    made: [key],
    replaces: sound.map((part) => part.key),
  };
}

async function mergeFiles(
  { duck, scratch }: Workbench,
  table: TableName,
  paths: readonly string[],
): Promise<{ body: Uint8Array; rows: number }> {
  const { columns, sortBy } = tables[table];
  const pages = table === 'volumes' || table === 'datasets' ? 'dense' : 'plain';
  const file = join(scratch, `${randomUUID()}.parquet`);
  const rows = `SELECT ${Object.keys(columns).join(', ')} FROM (${selectFiles(table, paths)})`;
  await duck.run(copyToParquet(`${rows} ORDER BY ${sortBy.join(', ')}`, file, pages));
  const [counted] = await duck.query(`SELECT count(*) AS n FROM read_parquet(${quotePath(file)})`);
  const body = await readFile(file);
  await rm(file);
  return { body, rows: Number(counted?.['n']) };
}

function isTable(name: string): name is TableName {
  return Object.hasOwn(tables, name);
}
