import type { Trends, Usage } from '../model/scan-result.ts';
import type { HistorySeries } from '../model/trends.ts';
import { dayNamer } from '../util/local-days.ts';
import { findManyFindings, findStep } from './anomalies.ts';
import { buildSeries, type Fitted } from './build-series.ts';
import { dayMs, toDaily, toSample } from './daily.ts';
import { forecastFull } from './forecast.ts';
import { minDays } from './growth.ts';
import { type DaySpan, fitVolume, judgeVolume } from './volume-trends.ts';

export interface TrendOptions {
  /** IANA zone in which a day is a day. */
  readonly timeZone: string;
  /** Days back that growth is taken from. */
  readonly windowDays: number;
  /** Volumes whose series are kept: those that grow or shrink most. */
  readonly volumesShown: number;
  /** Of this scan, when it is complete and not narrowed by filters. */
  readonly openFindings?: number;
}

export const trendDefaults = { windowDays: 90, volumesShown: 100 } as const;

type DayOf = DaySpan['dayOf'];

/** Growth and forecasts from stored readings and those of this scan. Only what exists now is shown. */
export function buildTrends(history: HistorySeries, usage: Usage, options: TrendOptions, now: Date): Trends {
  const fromMs = now.getTime() - options.windowDays * dayMs;
  const recent = <T extends { readonly atMs: number }>(rows: readonly T[]) =>
    rows.filter(({ atMs }) => atMs >= fromMs && atMs <= now.getTime());
  const dayOf = dayNamer(options.timeZone);
  const span: DaySpan = { fromMs, now, dayOf };
  const pools = fitPools(recent(history.pools), usage, now, dayOf);
  const groups = fitGroups(recent(history.groups), usage, now, dayOf);
  const readings = new Map(history.volumes.map((volume) => [volume.uid, volume]));
  const volumes = usage.volumes.map((volume) => judgeVolume(volume, readings.get(volume.uid), span));
  const moving = volumes
    .filter(({ perDayBytes }) => perDayBytes !== 0)
    .toSorted((a, b) => Math.abs(b.perDayBytes) - Math.abs(a.perDayBytes))
    .slice(0, options.volumesShown);
  const days = Math.max(0, ...[...pools.map(({ fitted }) => fitted), ...groups].map(({ points }) => points.length));
  // Fitted once more: holding every volume's points until now would take far more memory than this takes time.
  const shown = moving.map(({ volume }) => fitVolume(volume, readings.get(volume.uid), span).series);
  const kept = new Set(shown.map(({ key }) => key));
  return {
    ...(days < minDays
      ? { state: 'tooShort' as const, because: `readings of ${days} days; ${minDays} are needed` }
      : { state: 'ready' as const }),
    series: [...pools.map(({ fitted }) => fitted.series), ...groups.map(({ series }) => series), ...shown],
    forecasts: [
      ...pools.flatMap(({ forecast }) => forecast ?? []),
      ...volumes.flatMap(({ forecast }) =>
        forecast !== undefined && (forecast.state === 'forecast' || kept.has(forecast.key)) ? [forecast] : [],
      ),
    ],
    anomalies: [
      ...[...pools.map(({ fitted }) => fitted), ...groups].flatMap(({ series, points }) =>
        findStep({ subject: series.subject, key: series.key }, points),
      ),
      ...volumes.flatMap(({ step }) => step),
      ...volumes.flatMap(({ pileUp }) => pileUp),
      ...(options.openFindings === undefined ? [] : findManyFindings(recent(history.findings), options.openFindings)),
    ],
    ...(volumes.length > shown.length && { volumesLeftOut: volumes.length - shown.length }),
  };
}

function fitPools(rows: HistorySeries['pools'], usage: Usage, now: Date, dayOf: DayOf) {
  const byPool = Map.groupBy(rows, ({ nas, pool }) => `${nas}/${pool}`);
  return usage.pools.map(({ nas, pool, usedBytes, usableBytes }) => {
    const key = `${nas}/${pool}`;
    const samples = [...(byPool.get(key) ?? []), ...toSample(now, usedBytes, usableBytes)];
    const fitted = buildSeries({ subject: 'pool', key, nas, pool }, toDaily(samples, dayOf));
    const forecast =
      usedBytes === undefined || usableBytes === undefined
        ? undefined
        : forecastFull({ subject: 'pool', key, nas, pool, limitBytes: usableBytes }, fitted.points, fitted.fit);
    return { fitted, forecast };
  });
}

function fitGroups(rows: HistorySeries['groups'], usage: Usage, now: Date, dayOf: DayOf): Fitted[] {
  const byKey = Map.groupBy(rows, ({ subject, key }) => `${subject} ${key}`);
  return (
    [
      ['backend', usage.backends],
      ['namespace', usage.namespaces],
      ['storageClass', usage.storageClasses],
    ] as const
  ).flatMap(([subject, groups]) =>
    groups.map(({ key, usedBytes, unknown }) => {
      const samples = byKey.get(`${subject} ${key}`) ?? [];
      // A sum of which a part is unknown is no reading.
      const points = toDaily([...samples, ...toSample(now, unknown === 0 ? usedBytes : undefined)], dayOf);
      return buildSeries({ subject, key }, points);
    }),
  );
}
