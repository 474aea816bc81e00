import quickselect from 'quickselect';
import { median } from './median.ts';

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Range of the slope at the confidence of `z`. */
  readonly low: number;
  readonly high: number;
}

/** Standard normal quantile of 0.975: a two-sided range of 95 %. */
const z95 = 1.959963984540054;
export const confidence = 0.95;

/**
 * Theil–Sen: the median of the slopes between all pairs of points; intercept median(y) − slope × median(x). The range of
 * the slope is Sen's (1968, JASA 63, p. 1379): the slopes whose ranks are (N ± z·σ)/2, with σ² = (n(n−1)(2n+5) − Σ
 * t(t−1)(2t+5))/18 over the groups of t equal y. Withstands up to 29 % of wild points. undefined: fewer than two
 * different x.
 */
export function fitTheilSen(x: readonly number[], y: readonly number[]): Line | undefined {
  const count = fillSlopes(x, y);
  if (count === 0) return undefined;
  const spread = z95 * Math.sqrt(kendallVariance(y));
  const upper = pickSlope(count, count >> 1);
  const slope = count % 2 === 1 ? upper : (pickSlope(count, (count >> 1) - 1) + upper) / 2;
  return {
    slope,
    intercept: median(y) - slope * median(x),
    low: pickSlope(count, Math.round((count - spread) / 2) - 1),
    high: pickSlope(count, Math.round((count + spread) / 2)),
  };
}

/** Kept between calls: thousands of volumes would each leave 32 kB to the collector. Nothing in it outlives a call. */
const slopes: number[] = [];

/** Slopes between all pairs of different x; returns how many. */
function fillSlopes(x: readonly number[], y: readonly number[]): number {
  let count = 0;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i] ?? 0;
    const yi = y[i] ?? 0;
    for (let j = i + 1; j < x.length; j++) {
      const dx = (x[j] ?? 0) - xi;
      if (dx !== 0) slopes[count++] = ((y[j] ?? 0) - yi) / dx;
    }
  }
  return count;
}

/** The slope of this rank among the first `count`; moves the others about. */
function pickSlope(count: number, rank: number): number {
  const at = Math.min(count - 1, Math.max(0, rank));
  quickselect(slopes, at, 0, count - 1);
  return slopes[at] ?? Number.NaN;
}

function kendallVariance(y: readonly number[]): number {
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  const sorted = new Float64Array(y).sort();
  let tied = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (sorted[to] === sorted[from]) to++;
    tied += term(to - from);
    from = to;
  }
  return Math.max(0, term(y.length) - tied) / 18;
}
