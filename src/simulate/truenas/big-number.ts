const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown };

/** A decimal text as a JSON number with all its digits: TrueNAS sends guids above 2^53 so. */
export function bigNumber(digits: string): unknown {
  return rawJSON(digits);
}
