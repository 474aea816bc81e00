import assert from 'node:assert/strict';
import type { Forecast, TrendSeries } from '../../src/model/trends.ts';
import { renderHtml } from '../../src/report/html.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';

const [pool] = makeRichResult().usage.pools;
assert.ok(pool);
const key = `${pool.nas}/${pool.pool}`;
const points = Array.from({ length: 20 }, (_, i) => ({
  day: `2026-11-${String(i + 1).padStart(2, '0')}`,
  usedBytes: 500 + i,
}));
const series: TrendSeries = {
  subject: 'pool',
  key,
  nas: pool.nas,
  pool: pool.pool,
  days: 20,
  points,
  growth: {
    perDayBytes: 1,
    perWeekBytes: 7,
    perMonthBytes: 30,
    lowPerDayBytes: 1,
    highPerDayBytes: 2,
    confidence: 0.95,
  },
};
const forecast: Forecast = {
  subject: 'pool',
  key,
  nas: pool.nas,
  pool: pool.pool,
  usedBytes: 519,
  limitBytes: 1000,
  state: 'forecast',
  daysUntilFull: { expected: 481, earliest: 240, latest: 482 },
  method: 'a stated method',
};
const options = { timeZone: 'UTC', locale: 'en', paper: 'A4' as const, now: new Date('2026-11-23T06:00:00Z') };
const pageOf = (one: TrendSeries, forecasts: Forecast[]) =>
  renderHtml(
    {
      ...makeResult(),
      usage: { ...makeResult().usage, pools: [pool] },
      trends: { state: 'ready', series: [one], forecasts, anomalies: [] },
    },
    options,
  );

describe('[U] report/charts/forecast-chart', () => {
  it('shows growth with its range, days to full with theirs, a sparkline and the drawing with its method', () => {
    const page = pageOf(series, [forecast]);
    assert.match(page, /481 \(240 to 482\)/);
    assert.match(page, /\+7 B \(\+7 B to \+14 B\)/);
    assert.match(page, /aria-label="Used space of [^"]+ on 20 days"/);
    assert.match(page, /until it is full[\s\S]*a stated method[\s\S]*too little history to test/);
  });

  it('draws no forecast and says why when there is none', () => {
    const { daysUntilFull: _, ...silent } = forecast;
    const page = pageOf(series, [{ ...silent, state: 'silent', because: 'it does not grow' }]);
    assert.match(page, /it does not grow/);
    assert.doesNotMatch(page, /until it is full/);
  });

  it('says too little history where the readings are too few', () => {
    const { growth: _, ...short } = series;
    assert.match(pageOf({ ...short, because: 'readings of 3 days; 14 are needed' }, []), /too little history/);
  });
});
