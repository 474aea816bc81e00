import type { Growth } from '../model/trends.ts';
import type { DayPoint } from './daily.ts';
import { mad } from './median.ts';
import { confidence, fitTheilSen, type Line } from './theil-sen.ts';

export const minDays = 14;
const daysPerWeek = 7;
const daysPerMonth = 30;

export type Fit =
  | { readonly ok: true; readonly line: Line; readonly growth: Growth; readonly quality: number }
  | { readonly ok: false; readonly because: string };

/** Growth of the readings; says why when there are too few. */
export function fitGrowth(points: readonly DayPoint[]): Fit {
  if (points.length < minDays)
    return { ok: false, because: `readings of ${points.length} days; ${minDays} are needed` };
  const span = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  if (points.length < span / 2)
    return { ok: false, because: `readings of only ${points.length} of the last ${Math.round(span)} days` };
  const x = points.map((point) => point.x);
  const y = points.map((point) => point.usedBytes);
  const line = fitTheilSen(x, y);
  if (line === undefined) return { ok: false, because: 'all readings are of one moment' };
  return { ok: true, line, growth: toGrowth(line), quality: qualityOf(x, y, line) };
}

export function valueAt(line: Line, x: number): number {
  return line.intercept + line.slope * x;
}

/** 1 = every reading lies on the line, 0 = the line tells no more than the median: 1 − MAD(residuals) / MAD(readings). */
function qualityOf(x: readonly number[], y: readonly number[], line: Line): number {
  const spread = mad(y);
  if (spread === 0) return line.slope === 0 ? 1 : 0;
  return Math.max(0, 1 - mad(y.map((value, i) => value - valueAt(line, x[i] ?? 0))) / spread);
}

function toGrowth({ slope, low, high }: Line): Growth {
  return {
    perDayBytes: Math.round(slope),
    perWeekBytes: Math.round(slope * daysPerWeek),
    perMonthBytes: Math.round(slope * daysPerMonth),
    lowPerDayBytes: Math.round(low),
    highPerDayBytes: Math.round(high),
    confidence,
  };
}
