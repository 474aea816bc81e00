import { TZDate } from '@date-fns/tz';
import { addDays } from 'date-fns/addDays';
import { format } from 'date-fns/format';
import { startOfDay } from 'date-fns/startOfDay';

const dayMs = 86_400_000;

/** Half-open, ISO 8601 in UTC. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/**
 * The last whole days of a zone before `now`: Monday's report over 7d covers Monday to Sunday, whatever a change of the
 * clocks makes of their length, and the same when it is asked again later that day. A span that is no number of days
 * ends with the last full hour.
 */
export function lastSpan(now: Date, periodMs: number, timeZone: string): Span {
  if (periodMs % dayMs !== 0) {
    const to = Math.floor(now.getTime() / 3_600_000) * 3_600_000;
    return { from: new Date(to - periodMs).toISOString(), to: new Date(to).toISOString() };
  }
  const to = startOfDay(new TZDate(now, timeZone));
  return { from: toUtc(addDays(to, -periodMs / dayMs)), to: toUtc(to) };
}

/** `2026-10-25`: the days of a zone that a span touches, oldest first. */
export function daysOf({ from, to }: Span, timeZone: string): readonly string[] {
  const days: string[] = [];
  const end = Date.parse(to);
  for (let day = startOfDay(new TZDate(from, timeZone)); day.getTime() < end; day = addDays(day, 1)) {
    days.push(format(day, 'yyyy-MM-dd'));
  }
  return days;
}

/** `2026-10-25`: the day of an instant in a zone. */
export function localDay(at: string, timeZone: string): string {
  return format(new TZDate(at, timeZone), 'yyyy-MM-dd');
}

/** The same for thousands of instants: formatters are slow to make, so keep the function. */
export function dayNamer(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const known = new Map<number, string>();
  return (atMs) => {
    const name = known.get(atMs) ?? format.format(atMs);
    known.set(atMs, name);
    return name;
  };
}

function toUtc(date: Date): string {
  return new Date(date.getTime()).toISOString();
}
