import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Logger } from '../model/logger.ts';

/** What of the copies stays: what is among the newest `count`, and what is younger than `days`. */
export interface Keep {
  readonly count: number;
  readonly days: number;
}

interface Scan {
  readonly id: string;
  readonly finishedAt: string;
}

const folderName = 'dated';
const dayMs = 86_400_000;
/** The name of a copy is the id of its scan, and begins with its time: `20261125T020000Z-1a2b3c4d`. */
const copyName = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]+$/;

/**
 * Copies what a scan wrote to `DIR/dated/SCAN/`, whole or not at all, and removes copies that may go by `keep`. Nothing
 * else below `dated` is touched.
 */
export async function keepDatedCopy(
  dir: string,
  files: readonly string[],
  scan: Scan,
  keep: Keep,
  log: Logger,
): Promise<void> {
  if (keep.count === 0 && keep.days === 0) return;
  const folder = join(dir, folderName);
  const unfinished = join(folder, `.${scan.id}.tmp`);
  try {
    await mkdir(unfinished, { recursive: true });
    for (const file of files) await copyFile(file, join(unfinished, basename(file)));
    await rename(unfinished, join(folder, scan.id));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  for (const name of findExpired(await readdir(folder), keep, Date.parse(scan.finishedAt))) {
    await rm(join(folder, name), { recursive: true, force: true }).catch((err: unknown) =>
      log.warn({ err, copy: name }, 'a dated copy could not be removed'),
    );
  }
}

export function findExpired(names: readonly string[], { count, days }: Keep, nowMs: number): readonly string[] {
  return names
    .filter((name) => copyName.test(name))
    .toSorted()
    .slice(0, -count || undefined)
    .filter((name) => nowMs - takenAtMs(name) > days * dayMs);
}

function takenAtMs(name: string): number {
  return Date.parse(name.replace(copyName, '$1-$2-$3T$4:$5:$6Z'));
}
