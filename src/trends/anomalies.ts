import type { Anomaly, HistorySeries } from '../model/trends.ts';
import type { DayPoint } from './daily.ts';
import { dayMs } from './daily.ts';
import { minDays } from './growth.ts';
import { mad, madToSigma, median } from './median.ts';

const minScore = 5;
const minBytes = 2 ** 30;
/** Of what is held: a smaller step is no news. */
const minShare = 0.02;
const minFindings = 5;

type Subject = Pick<Anomaly, 'subject' | 'key'>;

/** The newest step of a series against its usual steps; silent in the first days. */
export function findStep(subject: Subject, points: readonly DayPoint[]): Anomaly[] {
  const level = points.at(-2)?.usedBytes ?? 0;
  const minEffect = Math.max(minBytes, level * minShare);
  const judged = judgeNewest(stepsOf(points), minEffect);
  if (judged === undefined) return [];
  const { value, usual, score } = judged;
  // What only stopped growing, or shrinking, did neither grow nor shrink.
  if (value > usual ? value < minEffect : value > -minEffect) return [];
  return [
    {
      ...subject,
      kind: value > usual ? 'growth' : 'drop',
      value: Math.round(value),
      usual: Math.round(usual),
      score,
      why: `${value > usual ? 'Grew' : 'Shrank'} far more in a day than it usually changes.`,
    },
  ];
}

/** Snapshots that took far more space since the reading before than they usually do. */
export function findSnapshotPileUp(subject: Subject, points: readonly DayPoint[]): Anomaly[] {
  return findStep(subject, points)
    .filter(({ kind }) => kind === 'growth')
    .map((step) => ({ ...step, kind: 'snapshots', why: 'Its snapshots took far more space in a day than usual.' }));
}

/** Open findings of complete scans; `count` is this scan's. */
export function findManyFindings(past: HistorySeries['findings'], count: number): Anomaly[] {
  const counts = [...past.toSorted((a, b) => a.atMs - b.atMs).map(({ findings }) => findings), count];
  const days = new Set(past.map(({ atMs }) => Math.floor(atMs / dayMs)));
  if (days.size < minDays) return [];
  const judged = judgeNewest(counts, minFindings);
  if (judged === undefined || judged.value < judged.usual) return [];
  return [{ kind: 'findings', subject: 'findings', key: 'all', ...judged, why: 'Far more findings than usual.' }];
}

/** Change per day between neighbours, so that a missed night is no jump. */
function stepsOf(points: readonly DayPoint[]): number[] {
  return points.slice(1).map((point, i) => {
    const before = points[i] ?? point;
    return (point.usedBytes - before.usedBytes) / Math.max(1, point.x - before.x);
  });
}

/** undefined = nothing unusual. The distance must be large against the usual spread and large in itself. */
function judgeNewest(values: readonly number[], minEffect: number) {
  const value = values.at(-1);
  const before = values.slice(0, -1);
  if (value === undefined || before.length < minDays - 1) return undefined;
  const usual = median(before);
  const effect = Math.abs(value - usual);
  const sigma = Math.max(mad(before) * madToSigma, minEffect / minScore);
  const score = Math.round((effect / sigma) * 10) / 10;
  return effect < minEffect || score < minScore ? undefined : { value, usual, score };
}
