/** Of a sorted list; NaN when it is empty. */
export function medianOfSorted(sorted: ArrayLike<number>): number {
  const { length } = sorted;
  if (length === 0) return Number.NaN;
  const middle = length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function median(values: readonly number[]): number {
  return medianOfSorted(Float64Array.from(values).sort());
}

/** Median absolute deviation from the median, not scaled. */
export function mad(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/** Makes a MAD comparable with a standard deviation of normally distributed values. */
export const madToSigma = 1.4826;
