import type { CommittedScan } from './records.ts';

export interface DailyScan {
  readonly id: string;
  readonly isWhole: boolean;
  /** Days since 1970-01-01 in the calendar of the zone. */
  readonly day: number;
}

/**
 * The scans whose readings count, of scans oldest first: the last whole and complete one of a day and what came after it,
 * or every one of a day that has none. What came before has nothing to add, and hourly scans take no more than nightly.
 */
export function pickDaily(scans: readonly CommittedScan[], dayOf: (atMs: number) => string): DailyScan[] {
  const byDay = Map.groupBy(scans, ({ startedAt }) => toDayNumber(dayOf(Date.parse(startedAt))));
  return [...byDay].flatMap(([day, ofDay]) => {
    const from = ofDay.findLastIndex((scan) => scan.complete && isWhole(scan));
    return ofDay.slice(Math.max(0, from)).map((scan) => ({ id: scan.id, isWhole: isWhole(scan), day }));
  });
}

export const toDayNumber = (day: string): number => Date.parse(day) / 86_400_000;

const isWhole = ({ filters }: CommittedScan): boolean => filters.length === 0;
