import type { ObjectStore } from '../history/object-store.ts';
import { listRuns } from './read-runs.ts';

const dayMs = 86_400_000;

/** Deletes the runs of the months that ended before the retention; the newest run always stays, for the next to follow. */
export async function pruneAudit(
  objects: ObjectStore,
  {
    deployment,
    retentionDays,
    now,
  }: { readonly deployment: string; readonly retentionDays: number; readonly now: Date },
): Promise<readonly string[]> {
  const horizon = new Date(now.getTime() - retentionDays * dayMs).toISOString().slice(0, 7);
  const old = (await listRuns(objects, deployment))
    .slice(0, -1)
    .filter(({ files }) => files.every(({ key }) => monthOf(key) < horizon));
  for (const { files } of old) for (const { key } of files) await objects.delete(key);
  return old.map(({ run }) => run);
}

function monthOf(key: string): string {
  return key.split('/')[2] ?? '';
}
