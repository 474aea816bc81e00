import type { TableName } from './tables.ts';
import { tables } from './tables.ts';

/** Version of everything below: folders, tables, commit records. */
export const formatVersion = 1;

export const formatKey = 'format.json';

/** `volumes/cluster=prod/month=2026-11/<name>.parquet` */
export function buildPartKey(table: TableName, partition: string, month: string, name: string): string {
  return `${table}/${tables[table].by}=${escapeValue(partition)}/month=${month}/${escapeValue(name)}.parquet`;
}

export function buildResultKey(deployment: string, month: string, scanId: string): string {
  return `results/${monthFolder(deployment, month)}${escapeValue(scanId)}.json.zst`;
}

/** One record per scan, written last: the scan exists from then on. */
export function buildCommitKey(deployment: string, month: string, scanId: string): string {
  return `commits/${monthFolder(deployment, month)}${escapeValue(scanId)}.json`;
}

/** The state of a compacted month. The highest generation holds; each is created only if absent. */
export function buildManifestKey(deployment: string, month: string, generation: number): string {
  return `manifests/${monthFolder(deployment, month)}g${String(generation).padStart(6, '0')}.json`;
}

/** The same manifest again, written after it, for the day that a bit of the first one rots. */
export function buildManifestCopyKey(deployment: string, month: string, generation: number): string {
  return buildManifestKey(deployment, month, generation).replace(/\.json$/, '.copy.json');
}

export function monthFolder(deployment: string, month: string): string {
  return `deployment=${escapeValue(deployment)}/month=${month}/`;
}

/** UTC month of an ISO time: `2026-11`. */
export function monthOf(iso: string): string {
  return new Date(iso).toISOString().slice(0, 7);
}

/** Partition values as Hive writes them: everything that is special in a path, an URL or a glob as %XX. */
export function escapeValue(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function unescapeValue(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
