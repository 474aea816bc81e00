import type { TrendSeries, TrendSubject } from '../model/trends.ts';
import type { DayPoint } from './daily.ts';
import { type Fit, fitGrowth } from './growth.ts';
import { findSeasonality } from './seasonality.ts';

export interface Fitted {
  readonly series: TrendSeries;
  readonly points: readonly DayPoint[];
  readonly fit: Fit;
}

type Identity = Pick<TrendSeries, 'key' | 'nas' | 'pool'> & { readonly subject: TrendSubject };

export function buildSeries(identity: Identity, points: readonly DayPoint[]): Fitted {
  const fit = fitGrowth(points);
  const season = fit.ok ? findSeasonality(points, fit.line) : undefined;
  const week = changeSince(points, 7);
  const month = changeSince(points, 30);
  return {
    points,
    fit,
    series: {
      ...identity,
      days: points.length,
      points: points.map(({ x: _, ...point }) => point),
      ...(fit.ok ? { growth: fit.growth } : { because: fit.because }),
      ...(season !== undefined && { seasonality: season }),
      ...(week !== undefined && { changeWeekBytes: week }),
      ...(month !== undefined && { changeMonthBytes: month }),
    },
  };
}

/** Against the reading nearest to so many days before the newest, at most one day off. */
function changeSince(points: readonly DayPoint[], days: number): number | undefined {
  const newest = points.at(-1);
  if (newest === undefined) return undefined;
  const [nearest] = points
    .map((point) => ({ point, off: Math.abs(newest.x - point.x - days) }))
    .filter(({ off }) => off <= 1)
    .toSorted((a, b) => a.off - b.off);
  return nearest && newest.usedBytes - nearest.point.usedBytes;
}
