import { z } from 'zod';

const Bytes = z.number().int().nonnegative();
const DeltaBytes = z.number().int();

export const TrendSubject = z.enum(['pool', 'backend', 'namespace', 'storageClass', 'volume']);
export type TrendSubject = z.infer<typeof TrendSubject>;

/** One reading a day, the last of that day in the scan's time zone. */
export const TrendPoint = z.object({ day: z.iso.date(), usedBytes: Bytes, usableBytes: Bytes.optional() });
export type TrendPoint = z.infer<typeof TrendPoint>;

/** Theil–Sen slope with Sen's confidence range (Sen 1968). A month is 30 days. */
export const Growth = z.object({
  perDayBytes: DeltaBytes,
  perWeekBytes: DeltaBytes,
  perMonthBytes: DeltaBytes,
  lowPerDayBytes: DeltaBytes,
  highPerDayBytes: DeltaBytes,
  /** Of the range, 0..1. */
  confidence: z.number(),
});
export type Growth = z.infer<typeof Growth>;

export const Seasonality = z.object({
  periodDays: z.number().int(),
  /** 0..1: the part of the variance around the line that the weekday explains. */
  strength: z.number(),
  /** 1 = Monday … 7 = Sunday. */
  peakWeekday: z.number().int(),
  amplitudeBytes: Bytes,
});
export type Seasonality = z.infer<typeof Seasonality>;

export const TrendSeries = z.object({
  subject: TrendSubject,
  /** `<nas>/<pool>`, the key of a usage group, or `<cluster>/<persistent volume>`. */
  key: z.string(),
  nas: z.string().optional(),
  pool: z.string().optional(),
  /** Days with a reading. */
  days: z.number().int(),
  points: z.array(TrendPoint),
  growth: Growth.optional(),
  /** Why there is no growth. */
  because: z.string().optional(),
  seasonality: Seasonality.optional(),
  /** Against the reading 7 (30) days before the newest; absent when there is none within a day of it. */
  changeWeekBytes: DeltaBytes.optional(),
  changeMonthBytes: DeltaBytes.optional(),
});
export type TrendSeries = z.infer<typeof TrendSeries>;

/** How far forecasts made in the past, with what was known then, were from what came. */
export const BackTest = z.object({
  forecasts: z.number().int(),
  horizonDays: z.number().int(),
  medianErrorBytes: Bytes,
  /** Of the limit, in percent. */
  medianErrorPercent: z.number(),
});
export type BackTest = z.infer<typeof BackTest>;

export const Forecast = z.object({
  subject: z.enum(['pool', 'quota', 'zvol']),
  key: z.string(),
  nas: z.string(),
  pool: z.string(),
  dataset: z.string().optional(),
  usedBytes: Bytes,
  limitBytes: Bytes,
  /** `silent`: no forecast, and `because` says why. */
  state: z.enum(['forecast', 'silent']),
  because: z.string().optional(),
  /** `latest` is absent when the range of the growth reaches down to no growth at all. */
  daysUntilFull: z
    .object({ expected: z.number().int(), earliest: z.number().int(), latest: z.number().int().optional() })
    .optional(),
  fullOn: z.iso.date().optional(),
  method: z.string(),
  backTest: BackTest.optional(),
});
export type Forecast = z.infer<typeof Forecast>;

export const Anomaly = z.object({
  kind: z.enum(['growth', 'drop', 'snapshots', 'findings']),
  subject: z.enum([...TrendSubject.options, 'findings']),
  key: z.string(),
  /** Bytes in a day, or a number of findings. */
  value: z.number(),
  usual: z.number(),
  /** Distance from the median in robust standard deviations (1.4826 × MAD). */
  score: z.number(),
  why: z.string(),
});
export type Anomaly = z.infer<typeof Anomaly>;

export interface SeriesPeriod {
  /** ISO times that the scan's start is compared with; `to` is exclusive. */
  readonly from?: string;
  readonly to?: string;
  /** IANA zone in which a day is a day; default UTC. Of each day the last readings are given. */
  readonly timeZone?: string;
  /** What is now: volumes that always read just this are then `still`, one row each. */
  readonly current?: readonly CurrentVolume[];
}

/** The part of a volume's usage that its readings are compared with. */
export interface CurrentVolume {
  readonly nas: string;
  readonly dataset: string;
  readonly datasetId?: string | undefined;
  readonly usedBytes?: number | undefined;
  readonly referencedBytes?: number | undefined;
  readonly dataBytes?: number | undefined;
  readonly snapshotBytes?: number | undefined;
}

/** What history hands to trends: plain samples in any order; what was not known is not among them. */
export interface HistorySeries {
  readonly pools: readonly PoolSample[];
  /** One entry a volume. */
  readonly volumes: readonly VolumeReadings[];
  /** Volumes that always read what they read now; they are not in `volumes`. */
  readonly still?: readonly StillVolume[];
  readonly groups: readonly GroupSample[];
  readonly findings: readonly FindingsSample[];
  readonly damagedParts: readonly { readonly name: string; readonly because: string }[];
}

export interface PoolSample {
  readonly nas: string;
  readonly pool: string;
  readonly atMs: number;
  readonly usedBytes: number;
  readonly usableBytes?: number;
}

/** Readings of one volume, oldest first: place i of every column is one reading. Columns, as there may be a million. */
export interface VolumeReadings {
  readonly uid: string;
  readonly atMs: Float64Array;
  /** ZFS `used`. */
  readonly usedBytes: Float64Array;
  /** What counts against its quota or size: ZFS `referenced`. NaN where it was not known. */
  readonly filledBytes: Float64Array;
  /** NaN where it was not known. */
  readonly snapshotBytes: Float64Array;
}

/** One row instead of one reading a day: nothing of it ever changed in the period. */
export interface StillVolume {
  readonly uid: string;
  readonly usedBytes: number;
  /** Absent when it was not known on some day. */
  readonly filledBytes?: number;
  readonly firstAtMs: number;
  /** Days with a reading among the 31 before the end of the period, and on its last day. */
  readonly recentDays: number;
}

export interface GroupSample {
  readonly subject: 'backend' | 'namespace' | 'storageClass';
  readonly key: string;
  readonly atMs: number;
  readonly usedBytes: number;
}

/** Open findings of one complete, unfiltered scan. */
export interface FindingsSample {
  readonly atMs: number;
  readonly findings: number;
}
