import type { Seasonality } from '../model/trends.ts';
import type { DayPoint } from './daily.ts';
import { valueAt } from './growth.ts';
import { median } from './median.ts';
import type { Line } from './theil-sen.ts';

const minDays = 28;
const minStrength = 0.6;
/** Of the used space: smaller waves are nothing to name. */
const minAmplitude = 0.01;

/**
 * A weekly pattern around the line. Strength as in Hyndman & Athanasopoulos, "Forecasting: Principles and Practice":
 * max(0, 1 − Var(remainder) / Var(season + remainder)).
 */
export function findSeasonality(points: readonly DayPoint[], line: Line): Seasonality | undefined {
  if (points.length < minDays) return undefined;
  const residuals = points.map((point) => ({
    weekday: weekdayOf(point.day),
    value: point.usedBytes - valueAt(line, point.x),
  }));
  const season = new Map(
    [...Map.groupBy(residuals, ({ weekday }) => weekday)].map(([day, ones]) => [day, median(ones.map((o) => o.value))]),
  );
  const whole = variance(residuals.map(({ value }) => value));
  const rest = variance(residuals.map(({ value, weekday }) => value - (season.get(weekday) ?? 0)));
  const strength = whole === 0 ? 0 : Math.max(0, 1 - rest / whole);
  const [peak] = [...season].toSorted((a, b) => b[1] - a[1]);
  const amplitudeBytes = Math.round(Math.max(...season.values()) - Math.min(...season.values()));
  const level = median(points.map(({ usedBytes }) => usedBytes));
  if (season.size < 7 || strength < minStrength || amplitudeBytes < level * minAmplitude || peak === undefined)
    return undefined;
  return { periodDays: 7, strength: Math.round(strength * 100) / 100, peakWeekday: peak[0], amplitudeBytes };
}

/** 1 = Monday … 7 = Sunday. */
function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
