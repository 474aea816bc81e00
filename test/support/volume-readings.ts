import type { VolumeReadings } from '../../src/model/trends.ts';

interface Reading {
  readonly atMs: number;
  readonly usedBytes: number;
  readonly filledBytes?: number;
  readonly snapshotBytes?: number;
}

/** Columns from rows in any order, which tests are easier to read in; what a row does not name was not known. */
export function makeReadings(uid: string, readings: readonly Reading[]): VolumeReadings {
  const rows = readings.toSorted((a, b) => a.atMs - b.atMs);
  const column = (of: keyof Reading): Float64Array => Float64Array.from(rows, (row) => row[of] ?? Number.NaN);
  return {
    uid,
    atMs: column('atMs'),
    usedBytes: column('usedBytes'),
    filledBytes: column('filledBytes'),
    snapshotBytes: column('snapshotBytes'),
  };
}
