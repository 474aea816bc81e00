import { HistoryError } from '../errors.ts';
import { countScans, reviewPeriod } from '../findings/period.ts';
import type { HistoryStore } from '../history/store.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { lastSpan, type Span } from '../util/local-days.ts';
import { metaOf } from './check-meta.ts';

type Store = Pick<HistoryStore, 'place' | 'scans' | 'result' | 'latestResult' | 'memory'>;

interface Request {
  readonly periodMs: number;
  readonly timeZone: string;
  readonly now: Date;
}

/**
 * The last scan of the period, told as a report of the whole period. Where the period has none, the newest there is,
 * marked so: silence would look like health. @throws HistoryError when nothing is stored.
 */
export async function reportPeriod(store: Store, { periodMs, timeZone, now }: Request): Promise<ScanResult> {
  const span = lastSpan(now, periodMs, timeZone);
  const result = (await lastWithin(store, span)) ?? (await store.latestResult());
  if (result === undefined) throw nothingStored(store.place);
  const period = countScans(span, await store.scans(), timeZone);
  const frees = (check: Parameters<typeof metaOf>[0]) => metaOf(check).frees;
  const titleOf = (check: Parameters<typeof metaOf>[0]) => metaOf(check).title;
  return reviewPeriod({ result, period, memory: await store.memory(), frees, titleOf });
}

/** One narrowed by filters stands for the whole only where there is no other; one that is damaged is passed over. */
async function lastWithin(store: Store, span: Span): Promise<ScanResult | undefined> {
  const newestFirst = (await store.scans(span)).toReversed();
  const wholeFirst = newestFirst.toSorted((a, b) => Math.sign(a.filters.length) - Math.sign(b.filters.length));
  for (const { id } of wholeFirst) {
    const result = await store.result(id);
    if (result !== undefined) return result;
  }
  return undefined;
}

export function nothingStored(place: string): HistoryError {
  return new HistoryError(`no result is stored in ${place}`, {
    remedy: 'Run `strandline scan` first, or name a result with --from.',
  });
}
