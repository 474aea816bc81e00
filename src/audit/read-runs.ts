import type { ObjectStore } from '../history/object-store.ts';
import { groupBy } from '../util/groups.ts';
import { type AuditFile, auditFolder, parseAuditKey } from './places.ts';
import type { PreviousRun } from './trail-writer.ts';

export interface AuditRun {
  readonly run: string;
  /** In order. */
  readonly files: readonly AuditFile[];
  readonly sizeBytes: number;
}

/** Oldest first. @throws HistoryError */
export async function listRuns(objects: ObjectStore, deployment: string): Promise<readonly AuditRun[]> {
  const stored = await objects.list(auditFolder(deployment));
  const files = stored.flatMap(({ key, sizeBytes }) => {
    const file = parseAuditKey(key);
    return file === undefined ? [] : [{ ...file, sizeBytes }];
  });
  return [...groupBy(files, ({ run }) => run)]
    .map(([run, parts]) => ({
      run,
      files: parts.toSorted((a, b) => a.part - b.part),
      sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    }))
    .toSorted((a, b) => (a.run < b.run ? -1 : 1));
}

export async function readLines(objects: ObjectStore, { key }: AuditFile): Promise<readonly string[]> {
  const bytes = await objects.get(key);
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Taken as it stands: whether that line is right is for `audit verify` to say. */
export async function findPreviousRun(objects: ObjectStore, deployment: string): Promise<PreviousRun | undefined> {
  const last = (await listRuns(objects, deployment)).at(-1);
  const file = last?.files.at(-1);
  if (last === undefined || file === undefined) return undefined;
  const hash = /"hash":"([0-9a-f]{64})"\}$/.exec((await readLines(objects, file)).at(-1) ?? '')?.[1];
  return { run: last.run, hash: hash ?? 'unreadable' };
}
