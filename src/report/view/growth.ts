import type { Forecast, TrendSeries, TrendSubject } from '../../model/trends.ts';
import { renderSparkline } from '../charts/sparkline.ts';
import type { ViewContext } from './context.ts';
import { compareText } from './group-findings.ts';
import { forecastText, growthText, laterWord, signed } from './trends.ts';
import { formatScope } from './words.ts';

const subjects: readonly { readonly subject: TrendSubject; readonly noun: string }[] = [
  { subject: 'namespace', noun: 'Namespace' },
  { subject: 'storageClass', noun: 'StorageClass' },
  { subject: 'backend', noun: 'Backend' },
  { subject: 'volume', noun: 'Volume' },
];

/** Growth of everything but pools, which stand on page one: fastest first, with the forecast where there is a limit. */
export function buildGrowth(context: ViewContext) {
  const { trends } = context.result;
  const forecasts = new Map(
    trends.forecasts.flatMap((one) => (one.subject === 'pool' ? [] : [[one.key, one] as const])),
  );
  const method = trends.forecasts.find(({ backTest }) => backTest !== undefined)?.method;
  return {
    isReady: trends.state === 'ready',
    because: notReady(trends.state, trends.because),
    tables: subjects.map(({ subject, noun }) => {
      const series = trends.series.filter((one) => one.subject === subject).toSorted(compareGrowth);
      return {
        id: subject,
        noun,
        hasLimits: subject === 'volume',
        rows: series.slice(0, context.medium.groups).map((one) => toRow(one, forecasts.get(one.key), context)),
        leftOut: Math.max(0, series.length - context.medium.groups),
      };
    }),
    anomalies: trends.anomalies.map(({ key, why }) => ({ name: nameOf(key, context), why })),
    method,
  };
}

function toRow(series: TrendSeries, forecast: Forecast | undefined, context: ViewContext) {
  return {
    name: nameOf(series.key, context),
    detail: series.subject === 'volume' ? series.key : undefined,
    days: series.days,
    sparkline: series.growth && renderSparkline(series),
    growth:
      series.growth === undefined ? (series.because ?? 'too little history') : growthText(series, context.formats),
    week: changeText(series.changeWeekBytes, context),
    month: changeText(series.changeMonthBytes, context),
    forecast: forecastText(forecast, 'no limit'),
    tested:
      forecast?.backTest && `off by ${forecast.backTest.medianErrorPercent} % in ${forecast.backTest.forecasts} tests`,
  };
}

/** The claim, where the key is that of a volume: nobody knows a volume by its UUID. */
function nameOf(key: string, { volumes }: ViewContext): string {
  const slash = key.indexOf('/');
  const volume = volumes.byVolume(key.slice(0, slash), key.slice(slash + 1));
  return volume?.claim === undefined ? formatScope(key) : `${volume.namespace ?? '?'}/${volume.claim}`;
}

function compareGrowth(a: TrendSeries, b: TrendSeries): number {
  return (b.growth?.perDayBytes ?? -Infinity) - (a.growth?.perDayBytes ?? -Infinity) || compareText(a.key, b.key);
}

function changeText(bytes: number | undefined, { formats }: ViewContext): string {
  return bytes === undefined ? '–' : signed(bytes, formats);
}

function notReady(state: ViewContext['result']['trends']['state'], because: string | undefined): string | undefined {
  if (state === 'ready') return undefined;
  return `${laterWord(state)}${because === undefined ? '' : `: ${because}`}`;
}
