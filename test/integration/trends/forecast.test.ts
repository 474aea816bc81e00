import assert from 'node:assert/strict';
import { newRandom } from '../../../fixtures/builder/random.ts';
import type { Forecast } from '../../../src/model/trends.ts';
import type { DayPoint } from '../../../src/trends/daily.ts';
import { forecastFull } from '../../../src/trends/forecast.ts';
import { askPython, ensurePython } from '../../support/python.ts';

interface Reference {
  readonly quality: number;
  readonly low: number;
  readonly expected: number | null;
  readonly earliest: number | null;
  readonly latest: number | null;
  readonly leastSquares: number;
  readonly backTest: {
    readonly forecasts: number;
    readonly horizonDays: number;
    readonly error: number;
    readonly percent: number;
  } | null;
}

/** Days are whole: a quotient on the edge may fall to either side. */
const toleranceDays = 1;
/** Bytes are rounded; percent to a tenth. */
const toleranceBytes = 1;
const tolerancePercent = 0.051;
/** Another method on the same straight, noisy series: least squares may say so much more or less. */
const toleranceOfMethods = 0.05;

const limit = 4e13;

describe('[I] forecasts against scipy and statsmodels', function () {
  this.timeout(600_000);
  const random = newRandom(5);
  const noise = (size: number) => (random.next() - 0.5) * 2 * size;
  const series = Array.from({ length: 160 }, (_, index) => {
    const days = 14 + random.int(0, 76);
    const slope = 1e10 * (1 + random.next() * 9);
    const spread = index % 4 === 0 ? slope * 40 : slope;
    const x = Array.from({ length: days }, (_, day) => day + (index % 3 === 0 ? random.next() * 0.3 : 0));
    const y = x.map((day) => Math.round(1e13 + (index % 8 === 7 ? -slope : slope) * day + noise(spread)));
    if (index % 5 === 0) for (let wild = 0; wild < days / 10; wild += 1) y[random.int(0, days - 2)] = 3e13;
    return { x, y, limit, isStraight: index % 4 !== 0 && index % 5 !== 0 && index % 8 !== 7 };
  });
  let references: readonly Reference[];
  let forecasts: readonly Forecast[];

  before(async () => {
    const python = ensurePython('reference-statistics-1', ['scipy==1.16.3', 'statsmodels==0.14.6', 'numpy<2.4']);
    references = (await askPython(python, 'reference_forecast.py', series)) as readonly Reference[];
    const subject = { subject: 'pool', key: 'nas01/tank', nas: 'nas01', pool: 'tank', limitBytes: limit } as const;
    forecasts = series.map(({ x, y }) =>
      forecastFull(
        subject,
        x.map((at, i): DayPoint => ({ x: at, day: dayOf(at), usedBytes: y[i] ?? 0 })),
      ),
    );
  });

  it('speaks where the line is known and good, and is silent where it is not', () => {
    const spoken = forecasts.map(({ state }) => state === 'forecast');
    const should = references.map(({ low, quality, expected }) => low > 0 && quality >= 0.5 && (expected ?? 0) <= 1095);
    assert.deepEqual(spoken, should);
    const count = spoken.filter(Boolean).length;
    assert.ok(count >= 60 && count <= 130, `${count} of 160 spoke`);
  });

  it(`gives the same days until full with the same range, to ${toleranceDays} day`, () => {
    for (const [index, { daysUntilFull: ours }] of forecasts.entries()) {
      if (ours === undefined) continue;
      for (const key of ['expected', 'earliest', 'latest'] as const)
        assertNear(ours[key], references[index]?.[key], toleranceDays, `${key} of series ${index}`);
    }
  });

  it('tells the same error of past forecasts', () => {
    let tested = 0;
    for (const [index, { state, backTest: ours }] of forecasts.entries()) {
      const theirs = references[index]?.backTest;
      if (state === 'silent') continue;
      assert.equal(ours === undefined, theirs === null, `series ${index}`);
      if (ours === undefined) continue;
      tested += 1;
      assert.deepEqual([ours.forecasts, ours.horizonDays], [theirs?.forecasts, theirs?.horizonDays], `series ${index}`);
      assertNear(ours.medianErrorBytes, theirs?.error, toleranceBytes, `bytes of series ${index}`);
      assertNear(ours.medianErrorPercent, theirs?.percent, tolerancePercent, `percent of series ${index}`);
    }
    assert.ok(tested >= 30, `only ${tested} were tested back`);
  });

  it(`agrees with least squares to ${toleranceOfMethods * 100} % where the series is straight`, () => {
    let judged = 0;
    for (const [index, { isStraight, x }] of series.entries()) {
      const ours = forecasts[index]?.daysUntilFull?.expected;
      if (!isStraight || ours === undefined || x.length < 30) continue;
      const theirs = references[index]?.leastSquares ?? Number.NaN;
      assertNear(ours, theirs, 1 + theirs * toleranceOfMethods, `series ${index}`);
      judged += 1;
    }
    assert.ok(judged >= 25, `only ${judged} were judged`);
  });
});

function assertNear(actual: number | undefined, expected: number | null | undefined, off: number, what: string): void {
  const isNear = Math.abs((actual ?? Number.NaN) - (expected ?? Number.NaN)) <= off;
  assert.ok(isNear, `${what}: ${actual} against ${expected}`);
}

function dayOf(x: number): string {
  return new Date(Date.UTC(2026, 8, 1) + x * 86_400_000).toISOString().slice(0, 10);
}
