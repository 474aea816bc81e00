import assert from 'node:assert/strict';
import type { Forecast, TrendSeries } from '../../../src/model/trends.ts';
import { print } from '../../../src/report/options.ts';
import { buildAdvice } from '../../../src/report/view/advice.ts';
import { buildContext } from '../../../src/report/view/context.ts';
import { buildCost } from '../../../src/report/view/cost.ts';
import { buildGrowth } from '../../../src/report/view/growth.ts';
import { makeRichResult } from '../../support/make-result.ts';

const options = { timeZone: 'UTC', locale: 'en', paper: 'A4', now: new Date('2026-11-23T05:00:00Z') } as const;
const rich = makeRichResult(20);
const [volume] = rich.usage.volumes;
const key = `${volume?.cluster}/${volume?.persistentVolume}`;

const points = Array.from({ length: 20 }, (_, day) => ({
  day: `2026-11-${String(day + 1).padStart(2, '0')}`,
  usedBytes: 2 ** 30 * (day + 1),
}));
const steady = { perDayBytes: 0, perWeekBytes: 0, perMonthBytes: 0, lowPerDayBytes: 0, highPerDayBytes: 0 };
const series = (subject: TrendSeries['subject'], name: string, perWeekBytes: number): TrendSeries => ({
  subject,
  key: name,
  days: 20,
  points,
  growth: { ...steady, perWeekBytes, perDayBytes: perWeekBytes / 7, confidence: 0.95 },
});
const forecast: Forecast = {
  subject: 'quota',
  key,
  nas: 'nas01',
  pool: 'tank',
  usedBytes: 1,
  limitBytes: 2,
  state: 'forecast',
  daysUntilFull: { expected: 12, earliest: 10, latest: 15 },
  method: 'a line',
};

function viewWith(change: Partial<typeof rich>) {
  return buildContext({ ...rich, ...change }, options, print);
}

const ready = {
  state: 'ready' as const,
  series: [
    series('namespace', 'prod/slow', 7),
    series('namespace', 'prod/fast', 7 * 2 ** 30),
    series('volume', key, 0),
  ],
  forecasts: [forecast],
  anomalies: [
    { kind: 'growth' as const, subject: 'volume' as const, key, value: 1, usual: 0, score: 9, why: 'it jumped' },
  ],
};

describe('[U] report/view/growth', () => {
  it('puts the fastest first, and says steady instead of three times nothing', () => {
    const { tables } = buildGrowth(viewWith({ trends: ready }));

    assert.deepEqual(
      tables.find(({ id }) => id === 'namespace')?.rows.map(({ name }) => name),
      ['prod/fast', 'prod/slow'],
    );
    assert.equal(tables.find(({ id }) => id === 'volume')?.rows[0]?.growth, 'steady');
  });

  it('names a volume and its anomaly by the claim, and shows the forecast with its range', () => {
    const { tables, anomalies } = buildGrowth(viewWith({ trends: ready }));
    const row = tables.find(({ id }) => id === 'volume')?.rows[0];

    assert.equal(row?.name, `${volume?.namespace}/${volume?.claim}`);
    assert.equal(row?.detail, key);
    assert.equal(row?.forecast, '12 (10 to 15)');
    assert.deepEqual(anomalies, [{ name: `${volume?.namespace}/${volume?.claim}`, why: 'it jumped' }]);
  });

  it('says why there is nothing when the history is too short', () => {
    const trends = {
      ...ready,
      state: 'tooShort' as const,
      because: '2 days',
      series: [],
      forecasts: [],
      anomalies: [],
    };

    assert.equal(buildGrowth(viewWith({ trends })).because, 'too little history: 2 days');
  });
});

describe('[U] report/view/advice', () => {
  const item = { rule: 'unused-volume', subject: key, nas: 'nas01', pool: 'tank', advice: 'Ask.', restsOn: ['a', 'b'] };

  it('sums what a rule would save, and adds no money that was not priced', () => {
    const items = [
      { ...item, savesBytes: 2 ** 30, saves: { perMonth: 1.5, currency: 'EUR' } },
      { ...item, savesBytes: 2 ** 30 },
      item,
    ];
    const [group] = buildAdvice(viewWith({ recommendations: { state: 'ready', items } })).groups;

    assert.equal(group?.saves, '2 GiB, 1.50 EUR a month');
    assert.deepEqual(
      group?.rows.map(({ saves, restsOn }) => [saves, restsOn]),
      [
        ['1 GiB, 1.50 EUR a month', 'a; b'],
        ['1 GiB', 'a; b'],
        ['–', 'a; b'],
      ],
    );
  });

  it('says why nothing is recommended without history', () => {
    const view = buildAdvice(viewWith({ recommendations: { state: 'tooShort', because: 'no history', items: [] } }));

    assert.deepEqual([view.isReady, view.because], [false, 'too little history: no history']);
  });
});

describe('[U] report/view/cost', () => {
  it('shows a pool without a price as unpriced, never as free', () => {
    const [first, second] = rich.usage.pools;
    assert.ok(first && second);
    const usage = { ...rich.usage, pools: [{ ...first, cost: { perMonth: 12, currency: 'EUR' } }, second] };
    const view = buildCost(viewWith({ usage }));

    assert.equal(view.isPriced, true);
    assert.deepEqual(view.rows.map(({ cost }) => cost).toSorted(), ['12.00 EUR', 'unpriced']);
  });

  it('shows no amount at all when nothing has a price', () => {
    const usage = { ...rich.usage, pools: rich.usage.pools.map(({ cost: _, ...pool }) => pool) };
    const findings = rich.findings.map(({ cost: _, ...finding }) => finding);
    const view = buildCost(viewWith({ usage, findings }));

    assert.deepEqual([view.isPriced, view.reclaimable], [false, undefined]);
  });
});
