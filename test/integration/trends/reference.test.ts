import assert from 'node:assert/strict';
import { newRandom } from '../../../fixtures/builder/random.ts';
import type { DayPoint } from '../../../src/trends/daily.ts';
import { fitGrowth } from '../../../src/trends/growth.ts';
import { mad, median } from '../../../src/trends/median.ts';
import { findSeasonality } from '../../../src/trends/seasonality.ts';
import { fitTheilSen } from '../../../src/trends/theil-sen.ts';
import { askPython, ensurePython } from '../../support/python.ts';

interface Reference {
  readonly slope: number;
  readonly intercept: number;
  readonly low: number;
  readonly high: number;
  readonly median: number;
  readonly mad: number;
  readonly strength?: number;
}

/** The same series to ours and to scipy: equal to a billionth of the slope, since both are exact order statistics. */
const tolerance = 1e-9;

describe('[I] trends against scipy and statsmodels', function () {
  this.timeout(600_000);
  const random = newRandom(20261125);
  const noise = (size: number) => (random.next() - 0.5) * 2 * size;
  const lines = Array.from({ length: 60 }, (_, index) => {
    const days = 14 + random.int(0, 90);
    const slope = noise(5e9);
    const x = Array.from({ length: days }, (_, day) => day + (index % 3 === 0 ? random.next() * 0.4 : 0));
    const y = x.map((day) => 1e12 + slope * day + noise(index % 4 === 0 ? 0 : 3e10));
    if (index % 5 === 0) for (let wild = 0; wild < days / 10; wild += 1) y[random.int(0, days - 1)] = 5e12;
    if (index % 7 === 0)
      y.forEach((value, at) => {
        y[at] = Math.round(value / 5e10) * 5e10;
      });
    return { x, y };
  });
  const waves = [0, 0.02, 0.05].map((share) => {
    const x = Array.from({ length: 84 }, (_, day) => day);
    const y = x.map((day) => 1e12 + 1e9 * day + (day % 7 === 5 ? share * 1e12 : 0) + noise(2e9));
    return { x, y, weekly: true };
  });
  let references: readonly Reference[];

  before(async () => {
    const python = ensurePython('reference-statistics-1', ['scipy==1.16.3', 'statsmodels==0.14.6', 'numpy<2.4']);
    references = (await askPython(python, 'reference_statistics.py', [...lines, ...waves])) as readonly Reference[];
  });

  it('fits the same line with the same 95 % range, also through wild points, ties and uneven days', () => {
    let judged = 0;
    for (const [index, { x, y }] of lines.entries()) {
      const ours = fitTheilSen(x, y);
      const theirs = references[index];
      assert.ok(ours && theirs);
      const scale = Math.max(1, Math.abs(theirs.slope));
      for (const key of ['slope', 'low', 'high'] as const) {
        assert.ok(
          Math.abs(ours[key] - theirs[key]) <= tolerance * scale,
          `${key} of series ${index}: ${ours[key]} against ${theirs[key]}`,
        );
      }
      assert.ok(Math.abs(ours.intercept - theirs.intercept) <= tolerance * 1e12, `intercept of series ${index}`);
      judged += 1;
    }
    assert.equal(judged, 60);
  });

  it('has the same median and the same median absolute deviation', () => {
    for (const [index, { y }] of lines.entries()) {
      assert.ok(Math.abs(median(y) - (references[index]?.median ?? Number.NaN)) <= 1, `median of series ${index}`);
      assert.ok(Math.abs(mad(y) - (references[index]?.mad ?? Number.NaN)) <= 1, `MAD of series ${index}`);
    }
  });

  it('sees a weekly wave where STL does, as strong to a tenth, and none where there is none', () => {
    const strengths = waves.map(({ x, y }, index) => {
      const points = x.map((day, at): DayPoint => ({ x: day, day: dayOf(day), usedBytes: y[at] ?? 0 }));
      const fit = fitGrowth(points);
      assert.ok(fit.ok);
      return [findSeasonality(points, fit.line)?.strength, references[lines.length + index]?.strength] as const;
    });

    assert.equal(strengths[0]?.[0], undefined);
    for (const [ours = Number.NaN, theirs = Number.NaN] of strengths.slice(1)) {
      assert.ok(Math.abs(ours - theirs) <= 0.1, `${ours} against ${theirs}`);
    }
  });
});

function dayOf(day: number): string {
  return new Date(Date.UTC(2026, 8, 1) + day * 86_400_000).toISOString().slice(0, 10);
}
