import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ratios } from './summary.ts';

const file = join(import.meta.dirname, 'record.json');

/** How many times as bad as the one on record a ratio may be. What else the machine does moves wall times most. */
const roomForNoise: Ratios = { wall: 2, cpu: 1.6, peakRss: 1.6 };

export interface Verdict {
  readonly name: keyof Ratios;
  readonly ratio: number;
  readonly onRecord: number;
  readonly most: number;
  readonly isWorse: boolean;
}

export function judgeRatios(ratios: Ratios, record: Ratios): readonly Verdict[] {
  return (['wall', 'cpu', 'peakRss'] as const).map((name) => {
    const most = Number((record[name] * roomForNoise[name]).toFixed(2));
    const isWorse = !(ratios[name] <= most); // what could not be measured is worse, too
    return { name, ratio: ratios[name], onRecord: record[name], most, isWorse };
  });
}

/** Prints each ratio beside the one on record, and the usual last line. @returns whether none is worse. */
export function compareWithRecord(key: string, ratios: Ratios): boolean {
  const record = readRecord()[key];
  if (record === undefined) throw new Error(`nothing on record for ${key}: ${file}`);
  const verdicts = judgeRatios(ratios, record);
  for (const { name, ratio, onRecord, most, isWorse } of verdicts) {
    const mark = isWorse ? 'WORSE' : 'ok';
    process.stdout.write(`${mark}: ${name} ${ratio} times the floor, ${onRecord} on record, at most ${most}\n`);
  }
  const failed = verdicts.filter(({ isWorse }) => isWorse).length;
  process.stdout.write(`\n${verdicts.length - failed} passed, ${failed} failed\n`);
  return failed === 0;
}

export function putOnRecord(key: string, ratios: Ratios): void {
  writeFileSync(file, `${JSON.stringify({ ...readRecord(), [key]: ratios }, null, 2)}\n`);
}

/** By number of volumes and kind of cluster. */
function readRecord(): Readonly<Record<string, Ratios>> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Ratios>) : {};
}
