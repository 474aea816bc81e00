import type { TrendSeries } from '../../model/trends.ts';
import { ink, renderChart } from './render-chart.ts';

/** The readings of one series as a line without axes. */
export function renderSparkline({ key, points }: TrendSeries): string | undefined {
  const [first] = points;
  if (first === undefined || points.length < 2) return undefined;
  const firstMs = Date.parse(first.day);
  return renderChart({
    label: `Used space of ${key} on ${points.length} days`,
    heightPx: 24,
    widthPx: 96,
    option: {
      grid: { left: 1, right: 1, top: 2, bottom: 2 },
      xAxis: { type: 'value', show: false, min: 'dataMin', max: 'dataMax' },
      yAxis: { type: 'value', show: false, scale: true },
      series: [
        {
          type: 'line',
          silent: true,
          symbol: 'none',
          lineStyle: { color: ink.strong, width: 1.5 },
          data: points.map(({ day, usedBytes }) => [(Date.parse(day) - firstMs) / 86_400_000, usedBytes]),
        },
      ],
    },
  });
}
