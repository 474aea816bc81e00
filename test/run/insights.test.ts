import assert from 'node:assert/strict';
import { Config } from '../../src/config/schema.ts';
import type { HistorySeries } from '../../src/model/trends.ts';
import { addInsights } from '../../src/run/insights.ts';
import { makeFinding, makeResult, makeUsage, makeVolume } from '../support/stored-result.ts';

const GiB = 2 ** 30;
const dayMs = 86_400_000;
const config = Config.parse({ prices: { currency: 'EUR', perTiBMonth: { pools: { tank: 1024 } } } });
const usage = makeUsage([makeVolume('a', { thin: false, reservedBytes: GiB })]);
const result = makeResult('s', 40, {
  usage: { ...usage, pools: usage.pools.map((pool) => ({ ...pool, usedBytes: 50 * GiB, usableBytes: 100 * GiB })) },
});
const now = new Date(result.scan.startedAt);
const pools = Array.from({ length: 20 }, (_, i) => ({
  nas: 'nas01',
  pool: 'tank',
  atMs: now.getTime() - (i + 1) * dayMs,
  usedBytes: (49 - i) * GiB,
}));
const findings = pools.map(({ atMs }) => ({ atMs, findings: 0 }));
const series: HistorySeries = { pools, volumes: [], groups: [], findings, damagedParts: [] };
const input = { config, result, validation: result.validation, series, because: undefined, now };

describe('[U] run/insights', () => {
  it('adds trends, recommendations and money to a result', () => {
    const seen = addInsights(input);
    assert.equal(seen.trends.state, 'ready');
    assert.equal(seen.trends.forecasts[0]?.daysUntilFull?.expected, 50);
    assert.deepEqual(seen.recommendations.items[0]?.saves, { perMonth: 1, currency: 'EUR' });
    assert.equal(seen.usage.pools[0]?.cost?.perMonth, 50);
  });

  it('says why there are no trends, and recommends nothing then', () => {
    const { trends, recommendations, usage: priced } = addInsights({ ...input, series: undefined });
    assert.deepEqual([trends.state, recommendations.state], ['tooShort', 'tooShort']);
    assert.equal(trends.because, 'there is no earlier scan yet');
    assert.equal(recommendations.items.length, 0);
    assert.equal(priced.pools[0]?.cost?.perMonth, 50);
    const unread = addInsights({ ...input, series: undefined, because: 'the directory is not mounted' });
    assert.equal(unread.trends.because, 'the directory is not mounted');
  });

  it('recommends nothing from an incomplete scan, and counts its findings against no usual number', () => {
    const many = { ...result, findings: Array.from({ length: 40 }, (_, i) => makeFinding(`f${i}`)) };
    const kinds = (complete: boolean) =>
      addInsights({ ...input, result: { ...many, scan: { ...many.scan, complete } } }).trends.anomalies.map(
        ({ kind }) => kind,
      );
    assert.deepEqual(kinds(true), ['findings']);
    assert.deepEqual(kinds(false), []);
    const incomplete = addInsights({ ...input, result: { ...result, scan: { ...result.scan, complete: false } } });
    assert.match(incomplete.recommendations.because ?? '', /incomplete/);
    assert.equal(incomplete.recommendations.items.length, 0);
  });
});
