import assert from 'node:assert/strict';
import { lookBack } from '../../src/run/look-back.ts';
import { makeResult, makeUsage, makeVolume } from '../support/stored-result.ts';

const GiB = 2 ** 30;
const dayMs = 86_400_000;
const prices = { currency: 'EUR', perTiBMonth: { pools: { tank: 1024 }, storageClasses: {} } };
const usage = makeUsage([makeVolume('a', { thin: false, reservedBytes: GiB })]);
const result = makeResult('s', 40, {
  usage: { ...usage, pools: usage.pools.map((pool) => ({ ...pool, usedBytes: 50 * GiB, usableBytes: 100 * GiB })) },
});
const nowMs = Date.parse(result.scan.startedAt);
const pools = Array.from({ length: 20 }, (_, i) => ({
  nas: 'nas01',
  pool: 'tank',
  atMs: nowMs - (i + 1) * dayMs,
  usedBytes: (49 - i) * GiB,
}));
const history = { pools, volumes: [], groups: [], findings: [], damagedParts: [] };

describe('[U] run/look-back', () => {
  it('adds trends, recommendations and money to a result', () => {
    const seen = lookBack(result, history, prices);
    assert.equal(seen.trends.state, 'ready');
    assert.equal(seen.trends.forecasts[0]?.daysUntilFull?.expected, 50);
    assert.deepEqual(seen.recommendations.items[0]?.saves, { perMonth: 1, currency: 'EUR' });
    assert.equal(seen.usage.pools[0]?.cost?.perMonth, 50);
  });

  it('says that history could not be read, and recommends nothing then', () => {
    const seen = lookBack(result, undefined, prices);
    assert.deepEqual([seen.trends.state, seen.recommendations.state], ['unreadable', 'notYet']);
  });
});
