import { buildCommitKey, buildManifestCopyKey, buildManifestKey, monthFolder } from './layout.ts';
import { readLedger } from './ledger.ts';
import type { MonthManifest } from './records.ts';
import type { Workbench } from './workbench.ts';

/**
 * Deletes what manifests older than `graceMs` have replaced: parts first, then the commits and older manifests by which
 * an interrupted cleaning is found again. Returns the number of files.
 */
export async function clean(bench: Workbench, graceMs: number): Promise<number> {
  const { manifests } = await readLedger(bench.objects, bench.deployment);
  let deleted = 0;
  for (const manifest of manifests) {
    if (Date.parse(manifest.writtenAt) + graceMs > bench.now.getTime()) continue;
    const records = await findReplacedRecords(bench, manifest);
    if (records.length === 0) continue;
    const kept = new Set(manifest.parts.map(({ key }) => key));
    const parts = manifest.replaces.filter((key) => !kept.has(key));
    for (const key of [...parts, ...records]) await bench.objects.delete(key);
    deleted += parts.length + records.length;
  }
  return deleted;
}

async function findReplacedRecords({ objects }: Workbench, manifest: MonthManifest): Promise<string[]> {
  const { deployment, month, generation, scans, pruned } = manifest;
  const folder = monthFolder(deployment, month);
  const settled = new Set([...scans.map(({ id }) => id), ...pruned].map((id) => buildCommitKey(deployment, month, id)));
  const current = [buildManifestKey, buildManifestCopyKey].map((build) => build(deployment, month, generation));
  const commits = (await objects.list(`commits/${folder}`)).filter(({ key }) => settled.has(key));
  const older = (await objects.list(`manifests/${folder}`)).filter(({ key }) => key < (current[0] ?? ''));
  return [...commits, ...older].map(({ key }) => key).filter((key) => !current.includes(key));
}
