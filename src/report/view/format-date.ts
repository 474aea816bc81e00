import { TZDate } from '@date-fns/tz';
import { format } from 'date-fns/format';

const dayMs = 86_400_000;

/** `2026-11-23 06:00` in the report's time zone. */
export function formatDateTime(iso: string | undefined, timeZone: string): string {
  return formatIn(iso, timeZone, 'yyyy-MM-dd HH:mm');
}

/** `2026-11-23` in the report's time zone. */
export function formatDate(iso: string | undefined, timeZone: string): string {
  return formatIn(iso, timeZone, 'yyyy-MM-dd');
}

/** `Monday 23 November 2026, 06:00`. */
export function formatLongDateTime(iso: string | undefined, timeZone: string): string {
  return formatIn(iso, timeZone, 'EEEE d MMMM yyyy, HH:mm');
}

function formatIn(iso: string | undefined, timeZone: string, pattern: string): string {
  if (iso === undefined || Number.isNaN(Date.parse(iso))) return 'unknown';
  return format(new TZDate(iso, timeZone), pattern);
}

/** Whole days between two instants, or undefined when the first is not known. */
export function daysBetween(fromIso: string | undefined, toMs: number): number | undefined {
  if (fromIso === undefined) return undefined;
  const fromMs = Date.parse(fromIso);
  return Number.isNaN(fromMs) ? undefined : Math.floor((toMs - fromMs) / dayMs);
}

/** `3 minutes`, `5 hours`, `41 days`. */
export function formatDuration(ms: number): string {
  const steps: readonly (readonly [number, string])[] = [
    [dayMs, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
    [1000, 'second'],
  ];
  for (const [size, unit] of steps) {
    const count = Math.floor(ms / size);
    if (count >= (unit === 'day' ? 2 : 1)) return `${count} ${count === 1 ? unit : `${unit}s`}`;
  }
  return 'less than a second';
}
