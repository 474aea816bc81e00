import quickselect from 'quickselect';

/** NaN of nothing. */
export function median(values: readonly number[]): number {
  const { length } = values;
  if (length === 0) return Number.NaN;
  const parts = values.slice();
  const upper = pick(parts, length >> 1);
  return length % 2 === 1 ? upper : (pick(parts, (length >> 1) - 1) + upper) / 2;
}

/** The value of this rank; moves the others about. */
function pick(values: number[], rank: number): number {
  quickselect(values, rank);
  return values[rank] ?? Number.NaN;
}

/** Median absolute deviation from the median, not scaled. */
export function mad(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/** Makes a MAD comparable with a standard deviation of normally distributed values. */
export const madToSigma = 1.4826;
