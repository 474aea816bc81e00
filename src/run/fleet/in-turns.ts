export interface Turns<T> {
  /** So many at a time. */
  readonly width: number;
  /** And together no heavier than this; what is heavier alone is then alone. */
  readonly most: number;
  readonly weightOf: (item: T) => number;
}

/** Works on the first item that there is room for, and gives results in the order of `items`. */
export async function inTurns<T, R>(
  items: readonly T[],
  { width, most, weightOf }: Turns<T>,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const waiting = items.map((item, index) => ({ item, index, weight: weightOf(item) }));
  const atWork = new Set<Promise<void>>();
  let weightAtWork = 0;
  const begin = ({ item, index, weight }: (typeof waiting)[number]) => {
    weightAtWork += weight;
    const done = work(item, index).then((result) => {
      results[index] = result;
      weightAtWork -= weight;
      atWork.delete(done);
    });
    atWork.add(done);
  };
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ weight }) => atWork.size === 0 || weightAtWork + weight <= most);
    if (next >= 0 && atWork.size < width) for (const one of waiting.splice(next, 1)) begin(one);
    else await Promise.race(atWork);
  }
  await Promise.all(atWork);
  return results;
}
