import type { PoolUsage, ScanResult } from '../../model/scan-result.ts';
import type { Forecast, TrendSeries } from '../../model/trends.ts';
import type { Formats } from './formats.ts';

/** Growth of one pool, as the pools table shows it. `sparkline` is SVG made by charts/, when there is a series. */
export interface TrendView {
  readonly sparkline: string | undefined;
  readonly growth: string;
  readonly daysToFull: string;
}

/** `draw` makes the sparkline of a series. */
export function poolTrend(
  { trends, formats }: { readonly trends: ScanResult['trends']; readonly formats: Formats },
  pool: Pick<PoolUsage, 'nas' | 'pool'>,
  draw: (series: TrendSeries) => string | undefined = () => undefined,
): TrendView {
  const isPool = (one: { subject: string; nas?: string | undefined; pool?: string | undefined }) =>
    one.subject === 'pool' && one.nas === pool.nas && one.pool === pool.pool;
  const series = trends.series.find(isPool);
  const word = laterWord(trends.state);
  return {
    sparkline: series?.growth && draw(series),
    growth: series === undefined ? word : growthText(series, formats),
    daysToFull: forecastText(trends.forecasts.find(isPool), word),
  };
}

/** A range that shows the same figure three times says nothing: it is left out. */
export function growthText({ growth, seasonality }: TrendSeries, formats: Formats): string {
  if (growth === undefined) return 'too little history';
  const weekly = seasonality === undefined ? '' : `, weekly wave of ${formats.bytes(seasonality.amplitudeBytes)}`;
  const [low, expected, high] = [growth.lowPerDayBytes * 7, growth.perWeekBytes, growth.highPerDayBytes * 7].map(
    (bytes) => signed(bytes, formats),
  );
  if (low !== high) return `${expected} (${low} to ${high})${weekly}`;
  return `${growth.perWeekBytes === 0 ? 'steady' : expected}${weekly}`;
}

/** `123 (114 to 161)`, or the reason why there is none. */
export function forecastText(forecast: Forecast | undefined, otherwise: string): string {
  if (forecast === undefined) return otherwise;
  const days = forecast.daysUntilFull;
  if (days === undefined) return forecast.because ?? otherwise;
  if (days.expected === 0) return 'full now';
  const { expected, earliest, latest = 'never' } = days;
  return earliest === latest ? String(expected) : `${expected} (${earliest} to ${latest})`;
}

export function signed(bytes: number, formats: Formats): string {
  const text = formats.bytes(Math.abs(bytes));
  return bytes === 0 ? text : `${bytes < 0 ? '−' : '+'}${text}`;
}

/** In a table cell: why a forecast is absent. */
export function laterWord(state: ScanResult['trends']['state']): string {
  if (state === 'tooShort') return 'too little history';
  if (state === 'unreadable') return 'history unreadable';
  return 'not yet';
}
