import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ratios } from './summary.ts';

const file = join(import.meta.dirname, 'record.json');

/** How many times as bad as the one on record a ratio may be: the machine does other things besides. */
const roomForNoise = 1.6;

/** Prints each ratio beside the one on record, and the usual last line. @returns whether none is worse. */
export function compareWithRecord(key: string, ratios: Ratios): boolean {
  const record = readRecord()[key];
  if (record === undefined) throw new Error(`nothing on record for ${key}: ${file}`);
  const names = ['wall', 'cpu', 'peakRss'] as const;
  const worse = names.filter((name) => ratios[name] > record[name] * roomForNoise);
  for (const name of names) {
    const mark = worse.includes(name) ? 'WORSE' : 'ok';
    const most = (record[name] * roomForNoise).toFixed(2);
    process.stdout.write(
      `${mark}: ${name} ${ratios[name]} times the floor, ${record[name]} on record, at most ${most}\n`,
    );
  }
  process.stdout.write(`\n${names.length - worse.length} passed, ${worse.length} failed\n`);
  return worse.length === 0;
}

export function putOnRecord(key: string, ratios: Ratios): void {
  writeFileSync(file, `${JSON.stringify({ ...readRecord(), [key]: ratios }, null, 2)}\n`);
}

/** By number of volumes and kind of cluster. */
function readRecord(): Readonly<Record<string, Ratios>> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Ratios>) : {};
}
