/** A JSON-RPC message may have 65 536 bytes: names are at most 255 bytes, escaped twice as long at worst. */
const MAX_BATCH_BYTES = 40_000;
const MAX_BATCH_ITEMS = 500;

/** Asks batch by batch, one after the other: the NAS scans everything for each. */
export async function inBatches<T extends string | number, R>(
  items: readonly T[],
  ask: (batch: readonly T[]) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  for (const batch of toBatches(items)) answers.push(await ask(batch));
  return answers;
}

export function toBatches<T extends string | number>(items: readonly T[]): T[][] {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (batch.length > 0 && (bytes + size > MAX_BATCH_BYTES || batch.length >= MAX_BATCH_ITEMS)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
