import type { BackTest } from '../model/trends.ts';
import type { DayPoint } from './daily.ts';
import { fitGrowth, minDays } from './growth.ts';
import { median } from './median.ts';

const stepDays = 7;

/**
 * Stands at a past day, forecasts with what was known then, and compares with the reading that came. One forecast a week;
 * undefined when there is no past long enough.
 */
export function backTest(points: readonly DayPoint[], limitBytes: number): BackTest | undefined {
  const horizonDays = points.length >= 60 ? 30 : 14;
  const errors: number[] = [];
  for (let known = points.length - horizonDays; known >= minDays; known -= stepDays) {
    const before = points.slice(0, known);
    const from = before.at(-1);
    const fit = fitGrowth(before);
    if (from === undefined || !fit.ok) continue;
    const came = points.find(({ x }) => Math.abs(x - from.x - horizonDays) < 1);
    if (came === undefined) continue;
    errors.push(Math.abs(from.usedBytes + fit.line.slope * (came.x - from.x) - came.usedBytes));
  }
  if (errors.length === 0) return undefined;
  const error = median(errors);
  return {
    forecasts: errors.length,
    horizonDays,
    medianErrorBytes: Math.round(error),
    medianErrorPercent: limitBytes === 0 ? 0 : Math.round((error / limitBytes) * 1000) / 10,
  };
}
