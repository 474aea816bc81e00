import type { VolumeUsage } from '../model/scan-result.ts';
import type { Anomaly, Forecast, VolumeReadings } from '../model/trends.ts';
import { findSnapshotPileUp, findStep } from './anomalies.ts';
import { buildSeries, type Fitted } from './build-series.ts';
import { type DayPoint, type Sample, toDaily, toSample } from './daily.ts';
import { forecastFull } from './forecast.ts';
import { fitGrowth } from './growth.ts';

/** From which readings on, until now, and what a day is. */
export interface DaySpan {
  readonly fromMs: number;
  readonly now: Date;
  readonly dayOf: (atMs: number) => string;
}

export interface JudgedVolume {
  readonly volume: VolumeUsage;
  readonly perDayBytes: number;
  readonly forecast: Forecast | undefined;
  readonly step: readonly Anomaly[];
  readonly pileUp: readonly Anomaly[];
}

type Past = VolumeReadings | undefined;
type Column = 'usedBytes' | 'filledBytes' | 'snapshotBytes';

/** All that is kept of every volume: no points. */
export function judgeVolume(volume: VolumeUsage, past: Past, span: DaySpan): JudgedVolume {
  const points = pointsOf(past, 'usedBytes', volume.usedBytes, span);
  const fit = fitGrowth(points);
  const subject = { subject: 'volume' as const, key: keyOf(volume) };
  return {
    volume,
    perDayBytes: fit.ok ? fit.growth.perDayBytes : 0,
    forecast: forecastVolume(volume, past, span),
    step: findStep(subject, points),
    pileUp: findSnapshotPileUp(subject, pointsOf(past, 'snapshotBytes', volume.snapshotBytes, span)),
  };
}

/** With its points: for the volumes that are shown. */
export function fitVolume(volume: VolumeUsage, past: Past, span: DaySpan): Fitted {
  const { nas, pool, usedBytes } = volume;
  const identity = { subject: 'volume' as const, key: keyOf(volume), nas, pool };
  return buildSeries(identity, pointsOf(past, 'usedBytes', usedBytes, span));
}

/** Against quota or size counts what the dataset refers to, not its snapshots. */
function forecastVolume(volume: VolumeUsage, past: Past, span: DaySpan): Forecast | undefined {
  const { utilisation, provisionedBytes: limitBytes, nas, pool, dataset, kind } = volume;
  if (utilisation === undefined || limitBytes === undefined) return undefined;
  const points = pointsOf(past, 'filledBytes', volume.referencedBytes ?? volume.dataBytes, span);
  const subject = kind === 'zvol' ? ('zvol' as const) : ('quota' as const);
  return forecastFull({ subject, key: keyOf(volume), nas, pool, dataset, limitBytes }, points);
}

/** What was not known is no reading. */
function pointsOf(
  past: Past,
  column: Column,
  readNow: number | undefined,
  { fromMs, now, dayOf }: DaySpan,
): readonly DayPoint[] {
  const samples: Sample[] = [];
  for (const [i, atMs] of past?.atMs.entries() ?? []) {
    const usedBytes = past?.[column][i] ?? Number.NaN;
    if (atMs >= fromMs && atMs <= now.getTime() && !Number.isNaN(usedBytes)) samples.push({ atMs, usedBytes });
  }
  return toDaily([...samples, ...toSample(now, readNow)], dayOf);
}

const keyOf = ({ cluster, persistentVolume }: VolumeUsage): string => `${cluster}/${persistentVolume}`;
