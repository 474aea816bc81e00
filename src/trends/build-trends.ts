import type { Trends, Usage, VolumeUsage } from '../model/scan-result.ts';
import type { Forecast, HistorySeries } from '../model/trends.ts';
import { findManyFindings, findSnapshotPileUp, findStep } from './anomalies.ts';
import { buildSeries, type Fitted } from './build-series.ts';
import { dayMs, dayNamer, type Sample, toDaily } from './daily.ts';
import { forecastFull } from './forecast.ts';
import { minDays } from './growth.ts';

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

type DayOf = (atMs: number) => string;

/** Growth and forecasts from stored readings and those of this scan. Only what exists now is shown. */
export function buildTrends(history: HistorySeries, usage: Usage, options: TrendOptions, now: Date): Trends {
  const fromMs = now.getTime() - options.windowDays * dayMs;
  const recent = <T extends { readonly atMs: number }>(rows: readonly T[]) =>
    rows.filter(({ atMs }) => atMs >= fromMs && atMs <= now.getTime());
  const dayOf = dayNamer(options.timeZone);
  const pools = fitPools(recent(history.pools), usage, now, dayOf);
  const groups = fitGroups(recent(history.groups), usage, now, dayOf);
  const byUid = Map.groupBy(recent(history.volumes), ({ uid }) => uid);
  const volumes = usage.volumes.map((volume) => judgeVolume(volume, byUid.get(volume.uid) ?? [], now, dayOf));
  const moving = volumes
    .filter(({ perDayBytes }) => perDayBytes !== 0)
    .toSorted((a, b) => Math.abs(b.perDayBytes) - Math.abs(a.perDayBytes))
    .slice(0, options.volumesShown);
  const days = Math.max(0, ...[...pools.map(({ fitted }) => fitted), ...groups].map(({ points }) => points.length));
  // Fitted once more: holding every volume's points until now would take far more memory than this takes time.
  const shown = moving.map(({ volume }) => fitVolume(volume, byUid.get(volume.uid) ?? [], now, dayOf).series);
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
    const samples = [...(byPool.get(key) ?? []), ...current(now, usedBytes, usableBytes)];
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
      const points = toDaily([...samples, ...current(now, unknown === 0 ? usedBytes : undefined)], dayOf);
      return buildSeries({ subject, key }, points);
    }),
  );
}

/** All that is kept of a volume, its points left out. */
function judgeVolume(volume: VolumeUsage, past: HistorySeries['volumes'], now: Date, dayOf: DayOf) {
  const { series, points } = fitVolume(volume, past, now, dayOf);
  const subject = { subject: 'volume' as const, key: series.key };
  const snapshots = [...samplesOf(past, 'snapshotBytes'), ...current(now, volume.snapshotBytes)];
  return {
    volume,
    perDayBytes: series.growth?.perDayBytes ?? 0,
    forecast: forecastVolume(volume, series.key, past, now, dayOf),
    step: findStep(subject, points),
    pileUp: findSnapshotPileUp(subject, toDaily(snapshots, dayOf)),
  };
}

function fitVolume(volume: VolumeUsage, past: HistorySeries['volumes'], now: Date, dayOf: DayOf): Fitted {
  const key = `${volume.cluster}/${volume.persistentVolume}`;
  const samples = [...past, ...current(now, volume.usedBytes)];
  return buildSeries({ subject: 'volume', key, nas: volume.nas, pool: volume.pool }, toDaily(samples, dayOf));
}

/** Against quota or size counts what the dataset refers to, not its snapshots. */
function forecastVolume(
  volume: VolumeUsage,
  key: string,
  past: HistorySeries['volumes'],
  now: Date,
  dayOf: DayOf,
): Forecast | undefined {
  const { utilisation, provisionedBytes: limitBytes, nas, pool, dataset, kind } = volume;
  if (utilisation === undefined || limitBytes === undefined) return undefined;
  const samples = [...samplesOf(past, 'filledBytes'), ...current(now, volume.referencedBytes ?? volume.dataBytes)];
  const subject = kind === 'zvol' ? ('zvol' as const) : ('quota' as const);
  return forecastFull({ subject, key, nas, pool, dataset, limitBytes }, toDaily(samples, dayOf));
}

/** What was not known is no reading. */
function samplesOf(past: HistorySeries['volumes'], of: 'filledBytes' | 'snapshotBytes'): Sample[] {
  const samples: Sample[] = [];
  for (const { atMs, [of]: usedBytes } of past) if (usedBytes !== undefined) samples.push({ atMs, usedBytes });
  return samples;
}

function current(now: Date, usedBytes: number | undefined, usableBytes?: number): Sample[] {
  if (usedBytes === undefined) return [];
  return [{ atMs: now.getTime(), usedBytes, ...(usableBytes !== undefined && { usableBytes }) }];
}
