import { appendScan, putOnce } from './append.ts';
import { checkFormat, createFormat } from './format.ts';
import { buildCommitKey, monthOf } from './layout.ts';
import { type DamagedPart, readLedger } from './ledger.ts';
import { writeManifest } from './manifest.ts';
import type { ObjectStore } from './object-store.ts';
import { findDamage } from './part-files.ts';
import type { CommitRecord, Part } from './records.ts';
import { readNewestResult } from './results.ts';
import type { Workbench } from './workbench.ts';

export interface TransferReport {
  readonly scans: number;
  /** Scans that were there already. */
  readonly known: number;
  /** Parts that are damaged where they come from, and scans that could therefore not be taken along. */
  readonly damaged: readonly DamagedPart[];
}

/**
 * Copies the scans of this deployment from one place to another. Months that the other place does not have are copied
 * as they lie; into a month that it has, scans that it lacks are written anew from their stored results.
 */
export async function transfer(bench: Workbench, from: ObjectStore, to: ObjectStore): Promise<TransferReport> {
  const format = await checkFormat(to);
  await checkFormat(from);
  await createFormat(to);
  const source = await readLedger(from, bench.deployment);
  const target = await readLedger(to, bench.deployment);
  // What retention took out over there stays out.
  const there = new Set([...target.scans.map(({ id }) => id), ...target.manifests.flatMap(({ pruned }) => pruned)]);
  const monthsThere = new Set([
    ...target.scans.map(({ startedAt }) => monthOf(startedAt)),
    ...target.manifests.map(({ month }) => month),
  ]);
  const damaged = [...source.damaged];
  let scans = 0;
  const copyParts = async (parts: readonly Part[]): Promise<void> => {
    for (const part of parts) {
      const body = await from.get(part.key);
      const because = findDamage(part, body);
      if (because !== undefined || body === undefined) damaged.push({ name: part.key, because: because ?? 'missing' });
      else await putOnce(to, part.key, body);
    }
  };
  const copyCommit = async (commit: CommitRecord): Promise<void> => {
    const { id, deployment, startedAt } = commit.scan;
    await copyParts(commit.parts);
    await putOnce(to, buildCommitKey(deployment, monthOf(startedAt), id), Buffer.from(`${JSON.stringify(commit)}\n`));
  };
  for (const manifest of source.manifests.filter(({ month }) => !monthsThere.has(month))) {
    await copyParts(manifest.parts);
    await writeManifest(to, { ...manifest, replaces: [] });
    scans += manifest.scans.length;
  }
  for (const commit of source.commits.filter(({ scan }) => !monthsThere.has(monthOf(scan.startedAt)))) {
    await copyCommit(commit);
    scans += 1;
  }
  for (const scan of source.scans) {
    if (there.has(scan.id) || !monthsThere.has(monthOf(scan.startedAt))) continue;
    const result = await readNewestResult(from, source, ({ id }) => id === scan.id);
    if (result === undefined) {
      damaged.push({ name: scan.id, because: 'its stored result cannot be read' });
      continue;
    }
    const commit = source.commits.find(({ scan: { id } }) => id === scan.id);
    if (result.usage.volumesLeftOut === undefined)
      await appendScan({ objects: to, duck: bench.duck, scratch: bench.scratch, format }, result);
    else if (commit !== undefined) await copyCommit(commit);
    else {
      damaged.push({ name: scan.id, because: 'its result lists the largest volumes only: copy its month as a whole' });
      continue;
    }
    scans += 1;
  }
  return { scans, known: source.scans.filter(({ id }) => there.has(id)).length, damaged };
}
