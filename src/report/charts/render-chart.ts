import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

/**
 * Colours are placeholders that become CSS variables, so that one drawing serves light, dark and print. echarts would
 * not take `var(…)` itself: it computes with colours.
 */
export const ink = {
  strong: '#010203',
  soft: '#020304',
  faint: '#030405',
  line: '#040506',
  text: '#050607',
  muted: '#060708',
} as const;

const variables: Readonly<Record<string, string>> = {
  [ink.strong]: 'var(--chart-strong)',
  [ink.soft]: 'var(--chart-soft)',
  [ink.faint]: 'var(--chart-faint)',
  [ink.line]: 'var(--chart-line)',
  [ink.text]: 'var(--chart-text)',
  [ink.muted]: 'var(--chart-muted)',
};

const chartWidth = 520;

export interface ChartSpec {
  /** Read aloud instead of the drawing; the numbers stand in a table beside it. */
  readonly label: string;
  readonly heightPx: number;
  readonly widthPx?: number;
  readonly option: EChartsCoreOption;
}

/** A static SVG: no script, no style sheet, no ids, equal bytes for equal data. */
export function renderChart({ label, heightPx, widthPx = chartWidth, option }: ChartSpec): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: widthPx, height: heightPx });
  try {
    chart.setOption({ animation: false, useUTC: true, textStyle: { fontFamily: 'inherit' }, ...option });
    return toStatic(chart.renderToSVGString(), label);
  } finally {
    chart.dispose(); // about 5 MB leak per chart without it
  }
}

function toStatic(svg: string, label: string): string {
  const bare = svg
    .replaceAll(/<style[\s\S]*?<\/style>/g, '') // hover rules only
    .replaceAll(/ class="zr[^"]*"/g, '') // count up per process
    .replaceAll(/ ecmeta_[a-z_]+="[^"]*"/g, '')
    .replaceAll(/ (?:xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
    .replaceAll(/#0[1-6]0[2-7]0[3-8]/g, (placeholder) => variables[placeholder] ?? placeholder)
    .replaceAll('font-family:inherit;', '');
  return bare.replace(
    /^<svg width="(\d+)" height="(\d+)"/,
    (_, width: string, height: string) =>
      `<svg role="img" aria-label="${escapeAttribute(label)}" width="${width}" height="${height}"`,
  );
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
