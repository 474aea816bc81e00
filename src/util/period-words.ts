import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns/format';
import type { Period } from '../model/scan-result.ts';
import { localDay, type Span } from './local-days.ts';

/** What a report of a period says of it: `2026-10-19 to 2026-10-25 (week 43, Europe/Berlin)` and `6 of 7 scans; …`. */
export function describePeriod(period: Period, timeZone: string): { readonly dates: string; readonly scans: string } {
  const first = new TZDate(period.from, timeZone);
  // Half-open: the last day is the one before an end at midnight.
  const last = new TZDate(Date.parse(period.to) - 1, timeZone);
  const weeks = [...new Set([first, last].map((day) => format(day, 'I')))];
  const week = `${weeks.length === 1 ? 'week' : 'weeks'} ${weeks.join('–')}`;
  const dates = daySpan(period, timeZone);
  return { dates: `${dates} (${week}, ${timeZone})`, scans: describeScans(period) };
}

/** `2026-10-19 to 2026-10-25`, or the one day. */
export function daySpan({ from, to }: Span, timeZone: string): string {
  const first = localDay(from, timeZone);
  const last = localDay(new Date(Math.max(Date.parse(from), Date.parse(to) - 1)).toISOString(), timeZone);
  return first === last ? first : `${first} to ${last}`;
}

function describeScans({ scans, days, scannedDays, missingDays, incompleteScans }: Period): string {
  return [
    scans > scannedDays
      ? `${scans} scans on ${scannedDays} of ${days} ${days === 1 ? 'day' : 'days'}`
      : `${scannedDays} of ${days} ${days === 1 ? 'scan' : 'scans'}`,
    ...(missingDays.length > 0 ? [`none on ${listDays(missingDays)}`] : []),
    ...(incompleteScans > 0 ? [`${incompleteScans} incomplete`] : []),
  ].join('; ');
}

const listedDays = 7;

function listDays(days: readonly string[]): string {
  const rest = days.length - listedDays;
  return [...days.slice(0, listedDays), ...(rest > 0 ? [`${rest} more days`] : [])].join(', ');
}
