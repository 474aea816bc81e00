import type { Forecast, TrendSeries } from '../../model/trends.ts';
import { ink, renderChart } from './render-chart.ts';

const dayMs = 86_400_000;
/** How far the drawing looks ahead at most, in days. */
const aheadDays = 120;

/** Readings of a pool in percent of its usable size, going on as forecast; the pale lines are its range. */
export function renderForecast(series: TrendSeries, forecast: Forecast): string | undefined {
  const newest = series.points.at(-1);
  const { growth } = series;
  if (newest === undefined || growth === undefined || forecast.state !== 'forecast') return undefined;
  const todayMs = Date.parse(newest.day);
  const percent = (bytes: number) => Math.round((bytes / forecast.limitBytes) * 10_000) / 100;
  const seen = series.points.map(({ day, usedBytes }) => [(Date.parse(day) - todayMs) / dayMs, percent(usedBytes)]);
  const ahead = (perDayBytes: number) => {
    const full = perDayBytes > 0 ? (forecast.limitBytes - newest.usedBytes) / perDayBytes : aheadDays;
    const days = Math.min(aheadDays, full);
    return [
      [0, percent(newest.usedBytes)],
      [days, percent(newest.usedBytes + perDayBytes * days)],
    ];
  };
  const line = (data: readonly (readonly number[])[], color: string, type: 'solid' | 'dashed', width: number) => ({
    type: 'line',
    silent: true,
    symbol: 'none',
    lineStyle: { color, type, width },
    data,
  });
  return renderChart({
    label: `Used space of ${series.key} in percent of its usable size, and its forecast`,
    heightPx: 190,
    option: {
      grid: { left: 48, right: 20, top: 10, bottom: 30 },
      xAxis: {
        type: 'value',
        min: seen[0]?.[0] ?? 0,
        max: aheadDays,
        interval: 30,
        axisLabel: { color: ink.muted, fontSize: 12, formatter: toDayLabel },
        splitLine: { show: false },
        axisLine: { lineStyle: { color: ink.line } },
      },
      yAxis: {
        type: 'value',
        min: 0,
        max: 100,
        interval: 25,
        axisLabel: { color: ink.muted, fontSize: 12, formatter: '{value} %' },
        splitLine: { lineStyle: { color: ink.line } },
      },
      series: [
        line(seen, ink.strong, 'solid', 2),
        line(ahead(growth.highPerDayBytes), ink.soft, 'solid', 1),
        line(ahead(growth.lowPerDayBytes), ink.soft, 'solid', 1),
        line(ahead(growth.perDayBytes), ink.strong, 'dashed', 2),
      ],
    },
  });
}

function toDayLabel(days: number): string {
  if (Math.abs(days) < 0.5) return 'now';
  return days % 30 === 0 ? `${days > 0 ? '+' : '−'}${Math.abs(days)} d` : '';
}

/** One drawing per pool that has a forecast, the fullest soonest first, at most four. */
export function buildForecastCharts(trends: {
  readonly series: readonly TrendSeries[];
  readonly forecasts: readonly Forecast[];
}) {
  return trends.forecasts
    .filter(({ subject, state }) => subject === 'pool' && state === 'forecast')
    .toSorted((a, b) => (a.daysUntilFull?.expected ?? 0) - (b.daysUntilFull?.expected ?? 0))
    .slice(0, 4)
    .flatMap((forecast) => {
      const series = trends.series.find(({ subject, key }) => subject === 'pool' && key === forecast.key);
      const svg = series && renderForecast(series, forecast);
      return svg === undefined ? [] : [{ key: forecast.key, svg, method: forecast.method, ...textOf(forecast) }];
    });
}

function textOf({ backTest }: Forecast): { readonly tested: string } {
  if (backTest === undefined) return { tested: 'There is too little history to test it on the past.' };
  const { forecasts, horizonDays, medianErrorPercent } = backTest;
  return {
    tested: `Tested on the past: ${forecasts} forecasts over ${horizonDays} days were off by ${medianErrorPercent} % of the pool (median).`,
  };
}
