import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import { HistoryError } from '../errors.ts';
import type { ScanResult, VolumeUsage } from '../model/scan-result.ts';
import { type Duck, quoteText } from './duck.ts';
import { createFormat } from './format.ts';
import { buildCommitKey, buildPartKey, buildResultKey, formatVersion, monthOf } from './layout.ts';
import type { ObjectStore } from './object-store.ts';
import { type CommitRecord, type CommittedScan, describePart, encodeRecord, hash, type Part } from './records.ts';
import { buildRows, buildVolumeRows, type ScanStamp } from './rows.ts';
import { type TableName, type TableRows, tables } from './tables.ts';

const compress = promisify(zstdCompress);

export interface Place {
  readonly objects: ObjectStore;
  readonly duck: Duck;
  readonly scratch: string;
  /** What the store was when we opened it. */
  readonly format: 'none' | 'ready';
}

/**
 * Writes one small part per table, then the commit record: until that stands, no reader sees anything of the scan.
 * `ahead`: what `appendVolumesAhead` wrote of this scan; the result's own volumes are then not all of them.
 * @throws HistoryError when a scan of this id is stored already, or the storage fails.
 */
export async function appendScan(place: Place, result: ScanResult, ahead: readonly Part[] = []): Promise<void> {
  const { objects } = place;
  const scan = describeScan(result);
  const month = monthOf(scan.startedAt);
  await prepare(place);
  const isAhead = (table: TableName) => ahead.length > 0 && (table === 'volumes' || table === 'datasets');
  const rows = buildRows(result).filter(({ table }) => !isAhead(table));
  // Both have ended when it fails: the engine is closed then, and a second attempt may begin.
  const [written, packed] = await Promise.allSettled([putTables(place, scan, rows), putResult(objects, month, result)]);
  if (written.status === 'rejected') throw written.reason;
  if (packed.status === 'rejected') throw packed.reason;
  const parts = [...ahead, ...written.value, packed.value];
  const record: CommitRecord = { formatVersion, scan, parts };
  await putOnce(objects, buildCommitKey(scan.deployment, month, scan.id), encodeRecord(record));
}

/** Volumes of whole clusters and NASes, before the scan has a result. Nobody sees them until it is appended. */
export async function appendVolumesAhead(
  place: Place,
  scan: ScanStamp,
  volumes: readonly VolumeUsage[],
): Promise<readonly Part[]> {
  await prepare(place);
  return putTables(place, scan, buildVolumeRows(scan, volumes));
}

/** A store that was there when we opened it has the file: a server that now creates it ignores the condition. */
async function prepare({ objects, format }: Place): Promise<void> {
  if ((await createFormat(objects)) === 'created' && format === 'ready') throw unconditional(objects);
}

async function putTables(
  { objects, duck, scratch }: Place,
  { id, startedAt }: Pick<ScanStamp, 'id' | 'startedAt'>,
  tables: readonly TableRows[],
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const rows of tables) {
    const key = buildPartKey(rows.table, rows.partition, monthOf(startedAt), id);
    const body = await encodeParquet(duck, scratch, rows);
    await putOnce(objects, key, body);
    parts.push(describePart(key, rows.table, [id], body, rows.rows.length));
  }
  return parts;
}

function unconditional(objects: ObjectStore): HistoryError {
  return new HistoryError(`${objects.place} ignores "If-None-Match: *": two scans could overwrite each other`, {
    remedy: 'Use a server with conditional writes (AWS S3, MinIO, Ceph, versitygw …), or a directory.',
  });
}

function describeScan(result: ScanResult): CommittedScan {
  const { id, runId, deployment, startedAt, finishedAt, complete } = result.scan;
  return { id, runId, deployment, startedAt, finishedAt, complete, filters: result.scope.filters };
}

async function putResult(objects: ObjectStore, month: string, result: ScanResult): Promise<Part> {
  const { id, deployment } = result.scan;
  const key = buildResultKey(deployment, month, id);
  const body = await compress(Buffer.from(JSON.stringify(result)), {
    params: { [constants.ZSTD_c_compressionLevel]: 3 }, // compaction packs a month tighter
  });
  await putOnce(objects, key, body);
  return describePart(key, 'results', [id], body, 1);
}

/** An object that is there with other bytes belongs to another attempt; the same bytes are our own unanswered put. */
export async function putOnce(objects: ObjectStore, key: string, body: Uint8Array): Promise<void> {
  if ((await objects.putIfAbsent(key, body)) === 'created') return;
  const there = await objects.get(key);
  if (there !== undefined && hash(there) === hash(body)) return;
  throw new HistoryError(`History in ${objects.place} already holds ${key} with other content`, {
    remedy: 'Run the scan again: each attempt has an id of its own. An import of a scan that is stored is refused.',
  });
}

async function encodeParquet(duck: Duck, scratch: string, { table, rows }: TableRows): Promise<Uint8Array> {
  const { columns, sortBy } = tables[table];
  await duck.load('part', columns, rows);
  const file = join(scratch, 'part.parquet');
  await duck.run(copyToParquet(`SELECT * FROM part ORDER BY ${sortBy.join(', ')}`, file, 'plain'));
  const body = await readFile(file);
  await rm(file);
  return body;
}

/**
 * `dense`: a volume's readings follow one another and change little, so that their differences take a quarter of the
 * space; such pages are read by Spark 4, DuckDB and pyarrow. Not for small tables: it would gain nothing there.
 */
export function copyToParquet(query: string, file: string, pages: 'plain' | 'dense'): string {
  const stamp = `KV_METADATA {strandline_format: '${formatVersion}'}`;
  const how = pages === 'dense' ? ', PARQUET_VERSION v2, COMPRESSION_LEVEL 15' : '';
  return `COPY (${query}) TO ${quoteText(file)} (FORMAT parquet, COMPRESSION zstd${how}, ${stamp})`;
}
