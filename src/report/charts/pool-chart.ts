import { ink, renderChart } from './render-chart.ts';

/** What a pool holds and has promised, in bytes, with the same amounts in words. */
export interface PoolBars {
  readonly name: string;
  readonly usableBytes: number;
  readonly usedBytes: number;
  readonly promisedBytes: number | undefined;
  readonly usedText: string;
  readonly promisedText: string;
  readonly usableText: string;
}

const poolPx = 72;

/** Per pool: used (solid) over promised (pale, outlined), with a line where the usable space ends. */
export function renderPools(label: string, pools: readonly PoolBars[]): string {
  const rows = pools.toReversed();
  const scale = (bytes: number, pool: PoolBars) => (pool.usableBytes === 0 ? 0 : (bytes / pool.usableBytes) * 100);
  const promised = rows.map((pool) => (pool.promisedBytes === undefined ? 0 : scale(pool.promisedBytes, pool)));
  const max = Math.max(110, ...promised.map((percent) => percent * 1.02));
  const labelOf = (text: (pool: PoolBars) => string) => ({
    show: true,
    position: 'insideLeft',
    offset: [2, 0],
    fontSize: 12,
    textBorderWidth: 0,
    formatter: ({ dataIndex }: { dataIndex: number }) => text(rows[dataIndex] as PoolBars),
  });
  return renderChart({
    label,
    heightPx: pools.length * poolPx + 34,
    option: {
      grid: { left: 110, right: 16, top: 8, bottom: 26 },
      xAxis: {
        type: 'value',
        max,
        interval: max > 220 ? 100 : 50,
        axisLabel: {
          color: ink.muted,
          fontSize: 12,
          formatter: (value: number) => (value > max - 1 ? '' : `${value} %`),
        },
        splitLine: { lineStyle: { color: ink.line } },
      },
      yAxis: {
        type: 'category',
        data: rows.map((pool) => pool.name),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: ink.text, fontSize: 13, width: 98, overflow: 'truncate', ellipsis: '…' },
      },
      series: [
        {
          type: 'bar',
          barWidth: 20,
          barGap: '20%',
          silent: true,
          itemStyle: { color: ink.faint, borderColor: ink.strong, borderWidth: 1 },
          data: promised,
          label: { ...labelOf((pool) => `promised ${pool.promisedText}`), color: ink.text },
        },
        {
          type: 'bar',
          barWidth: 20,
          silent: true,
          itemStyle: { color: ink.soft },
          data: rows.map((pool) => scale(pool.usedBytes, pool)),
          label: { ...labelOf((pool) => `used ${pool.usedText} of ${pool.usableText}`), color: ink.text },
        },
        {
          type: 'scatter',
          silent: true,
          symbol: 'rect',
          symbolSize: [2, poolPx - 14],
          itemStyle: { color: ink.text },
          data: rows.map((_, index) => [100, index]),
        },
      ],
    },
  });
}
