import type { TrendPoint } from '../model/trends.ts';

export const dayMs = 86_400_000;

export interface Sample {
  readonly atMs: number;
  readonly usedBytes: number;
  readonly usableBytes?: number;
}

/** A reading with its place in time: `x` in days of 24 hours, so that a clock change makes no growth. */
export interface DayPoint extends TrendPoint {
  readonly x: number;
}

/** The last sample of each day, oldest first. */
export function toDaily(samples: readonly Sample[], dayOf: (atMs: number) => string): readonly DayPoint[] {
  const points: DayPoint[] = [];
  for (const { atMs, usedBytes, usableBytes } of samples.toSorted((a, b) => a.atMs - b.atMs)) {
    const day = dayOf(atMs);
    if (points.at(-1)?.day === day) points.pop();
    points.push({ day, x: atMs / dayMs, usedBytes, ...(usableBytes !== undefined && { usableBytes }) });
  }
  return points;
}

/** A reading of now; none when it is not known. */
export function toSample(now: Date, usedBytes: number | undefined, usableBytes?: number): Sample[] {
  if (usedBytes === undefined) return [];
  return [{ atMs: now.getTime(), usedBytes, ...(usableBytes !== undefined && { usableBytes }) }];
}
