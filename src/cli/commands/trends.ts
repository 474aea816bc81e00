import type { ScanResult } from '../../model/scan-result.ts';
import type { Forecast, TrendSeries } from '../../model/trends.ts';
import { formatSize } from '../../util/format-size.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { obtainResult } from '../obtain-result.ts';
import { addReadingOptions, type ReadingFlags } from '../options.ts';
import { type Answer, printAnswer } from '../print.ts';
import { formatTable } from '../table.ts';
import { watching } from '../watch.ts';

export function addTrends({ program, io, act }: Cli): void {
  addReadingOptions(program.command('trends').description('growth, days until full, and what is unusual')).action(
    act(
      watching(io, async (io, flags: ReadingFlags) => {
        const { result, outcomes } = await obtainResult(io, flags);
        printAnswer(io, flags.output, describeTrends(result, flags));
        return outcomes;
      }),
    ),
  );
}

interface Line {
  readonly series: TrendSeries;
  readonly forecast: Forecast | undefined;
}

export function describeTrends(
  { schemaVersion, scan, trends }: ScanResult,
  { nas }: Pick<ReadingFlags, 'nas'>,
): Answer {
  const isAsked = (one: { readonly nas?: string | undefined }) =>
    nas === undefined || (one.nas !== undefined && nas.includes(one.nas));
  const lines: Line[] = trends.series.filter(isAsked).map((series) => ({
    series,
    forecast: trends.forecasts.find(
      ({ subject, key }) => key === series.key && (subject === 'pool') === (series.subject === 'pool'),
    ),
  }));
  return {
    data: {
      schemaVersion,
      scan: { id: scan.id, finishedAt: scan.finishedAt, complete: scan.complete },
      trends: { ...trends, series: lines.map(({ series }) => series), forecasts: trends.forecasts.filter(isAsked) },
    },
    table: (width) =>
      [
        ...(trends.state === 'ready'
          ? []
          : [`No trends: ${terminalText(trends.because ?? 'this result holds none')}.\n`]),
        ...(lines.length === 0 ? [] : [formatTable(lines, columns, width)]),
        ...trends.anomalies.map(({ key, why }) => `Unusual: ${terminalText(`${key}: ${why}`)}\n`),
      ].join(''),
    csv: {
      header: [
        'subject',
        'key',
        'days',
        'perDayBytes',
        'lowPerDayBytes',
        'highPerDayBytes',
        'daysUntilFull',
        'because',
      ],
      rows: lines.map(({ series, forecast }) => [
        series.subject,
        series.key,
        series.days,
        series.growth?.perDayBytes,
        series.growth?.lowPerDayBytes,
        series.growth?.highPerDayBytes,
        forecast?.daysUntilFull?.expected,
        forecast?.because ?? series.because,
      ]),
    },
  };
}

const columns = [
  { title: 'OF', value: ({ series }: Line) => series.subject },
  { title: 'NAME', value: ({ series }: Line) => series.key, shrinksTo: 14 },
  {
    title: 'A WEEK',
    value: ({ series }: Line) => (series.growth ? signed(series.growth.perWeekBytes) : '–'),
    align: 'right' as const,
  },
  { title: 'DAYS TO FULL', value: ({ forecast }: Line) => formatDays(forecast), align: 'right' as const },
  { title: 'BECAUSE', value: ({ series, forecast }: Line) => forecast?.because ?? series.because ?? '', shrinksTo: 14 },
];

function formatDays(forecast: Forecast | undefined): string {
  const days = forecast?.daysUntilFull;
  return days === undefined ? '–' : `${days.expected} (${days.earliest}–${days.latest ?? '∞'})`;
}

function signed(bytes: number): string {
  return `${bytes < 0 ? '-' : '+'}${formatSize(Math.abs(bytes))}`;
}
