import { ink, renderChart } from './render-chart.ts';

/** One horizontal bar with its value written beside it, so that no colour has to be told apart. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  /** Part of `value` drawn solid; the rest is drawn pale. Absent = all solid. */
  readonly solid?: number;
}

const rowPx = 30;

export function renderBars(label: string, bars: readonly Bar[]): string {
  const rows = bars.toReversed(); // echarts counts categories from the bottom
  const namePx = Math.min(280, Math.max(90, ...bars.map((bar) => bar.name.length * 7 + 18)));
  return renderChart({
    label,
    heightPx: bars.length * rowPx + 8,
    option: {
      grid: { left: namePx, right: 78, top: 4, bottom: 4 },
      xAxis: { type: 'value', show: false, max: Math.max(...bars.map((bar) => bar.value), 1) },
      yAxis: {
        type: 'category',
        data: rows.map((bar) => bar.name),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: ink.line } },
        axisLabel: { color: ink.text, fontSize: 12.5, width: namePx - 14, overflow: 'truncate', ellipsis: '…' },
      },
      series: [
        {
          type: 'bar',
          stack: 'all',
          barWidth: 14,
          silent: true,
          itemStyle: { color: ink.strong },
          data: rows.map((bar) => bar.solid ?? bar.value),
        },
        {
          type: 'bar',
          stack: 'all',
          silent: true,
          itemStyle: { color: ink.faint, borderColor: ink.strong, borderWidth: 1 },
          data: rows.map((bar) => Math.max(0, bar.value - (bar.solid ?? bar.value))),
        },
        {
          type: 'bar',
          stack: 'all',
          silent: true,
          itemStyle: { color: 'transparent' },
          data: rows.map(() => 0),
          label: {
            show: true,
            position: 'right',
            color: ink.text,
            fontSize: 13,
            textBorderWidth: 0,
            formatter: ({ dataIndex }: { dataIndex: number }) => rows[dataIndex]?.text ?? '',
          },
        },
      ],
    },
  });
}
