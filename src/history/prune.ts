import { clean } from './clean.ts';
import { formatVersion, monthOf } from './layout.ts';
import { readLedger } from './ledger.ts';
import { findLeftovers } from './leftovers.ts';
import { writeManifest } from './manifest.ts';
import type { MonthManifest } from './records.ts';
import type { Workbench } from './workbench.ts';

export interface PruneReport {
  /** Months that were taken out as a whole. */
  readonly months: readonly string[];
  readonly scans: number;
  readonly deleted: number;
  /** Parts and temporary files of writers that never finished, older than a day. */
  readonly leftovers: number;
}

const dayMs = 86_400_000;

/**
 * Takes out the months of which every scan is older than the retention, never the one of the last scan, then deletes
 * what nobody names any more.
 */
export async function pruneHistory(bench: Workbench, retentionDays: number, graceMs: number): Promise<PruneReport> {
  const ledger = await readLedger(bench.objects, bench.deployment);
  const cutoff = bench.now.getTime() - retentionDays * dayMs;
  const last = ledger.scans.at(-1);
  const months: string[] = [];
  let scans = 0;
  for (const [month, ofMonth] of Map.groupBy(ledger.scans, ({ startedAt }) => monthOf(startedAt))) {
    if (last !== undefined && month === monthOf(last.startedAt)) continue;
    if (ofMonth.some(({ startedAt }) => Date.parse(startedAt) >= cutoff)) continue;
    const base = ledger.manifests.find((manifest) => manifest.month === month);
    const commits = ledger.commits.filter(({ scan }) => monthOf(scan.startedAt) === month);
    const parts = [...(base?.parts ?? []), ...commits.flatMap((commit) => commit.parts)];
    const manifest: MonthManifest = {
      formatVersion,
      deployment: bench.deployment,
      month,
      generation: (base?.generation ?? 0) + 1,
      writtenAt: bench.now.toISOString(),
      scans: [],
      pruned: [...(base?.pruned ?? []), ...ofMonth.map(({ id }) => id)],
      parts: [],
      replaces: [...(base?.replaces ?? []), ...parts.map(({ key }) => key)],
    };
    if (!(await writeManifest(bench.objects, manifest))) continue;
    months.push(month);
    scans += ofMonth.length;
  }
  const deleted = await clean(bench, graceMs);
  return { months, scans, deleted, leftovers: await sweep(bench) };
}

async function sweep({ objects, now }: Workbench): Promise<number> {
  const olderThan = new Date(now.getTime() - dayMs);
  const { uncommitted } = await findLeftovers(objects);
  const old = uncommitted.filter(({ modifiedAt }) => Date.parse(modifiedAt) < olderThan.getTime());
  for (const { key } of old) await objects.delete(key);
  return old.length + ((await objects.sweepTemporary?.(olderThan)) ?? 0);
}
