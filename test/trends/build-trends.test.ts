import assert from 'node:assert/strict';
import type { Usage } from '../../src/model/scan-result.ts';
import type { HistorySeries, PoolSample } from '../../src/model/trends.ts';
import { buildTrends } from '../../src/trends/build-trends.ts';
import { makeVolume } from '../support/stored-result.ts';
import { makeReadings } from '../support/volume-readings.ts';

const GiB = 2 ** 30;
const dayMs = 86_400_000;
const now = new Date('2026-11-23T02:00:00Z');
const options = { timeZone: 'UTC', windowDays: 90, volumesShown: 100 };
const usable = 10_000 * GiB;

describe('[U] trends/build-trends', () => {
  it('says too little history with 13 days of readings and speaks with 14', () => {
    const thirteen = trendsOf(12, (days) => 5000 * GiB - days * 10 * GiB);
    assert.equal(thirteen.state, 'tooShort');
    assert.equal(thirteen.because, 'readings of 13 days; 14 are needed');
    assert.equal(thirteen.forecasts[0]?.state, 'silent');
    assert.equal(thirteen.series[0]?.growth, undefined);
    const fourteen = trendsOf(13, (days) => 5000 * GiB - days * 10 * GiB);
    assert.equal(fourteen.state, 'ready');
    assert.equal(fourteen.series[0]?.growth?.perDayBytes, 10 * GiB);
    assert.deepEqual(fourteen.forecasts[0]?.daysUntilFull, { expected: 500, earliest: 500, latest: 500 });
    assert.equal(fourteen.forecasts[0]?.fullOn, '2028-04-06');
  });

  it('states the error that forecasts in the past would have had', () => {
    const steady = trendsOf(90, (days) => 5000 * GiB - days * 10 * GiB);
    assert.deepEqual(steady.forecasts[0]?.backTest, {
      forecasts: 7,
      horizonDays: 30,
      medianErrorBytes: 0,
      medianErrorPercent: 0,
    });
    const bent = trendsOf(90, (days) => 5000 * GiB - days ** 2 * GiB * 0.1);
    assert.ok((bent.forecasts[0]?.backTest?.medianErrorBytes ?? 0) > GiB);
  });

  it('is silent, with the reason, when the pool shrinks, is noise, or has a jump that no line follows', () => {
    const because = (used: (days: number) => number) => trendsOf(60, used).forecasts[0]?.because;
    assert.equal(
      because((days) => 5000 * GiB + days * GiB),
      'it does not grow',
    );
    assert.equal(
      because(() => 5000 * GiB),
      'it does not grow',
    );
    assert.match(because((days) => 5000 * GiB + Math.sin(days * days) * 100 * GiB) ?? '', /grow/);
    assert.match(because((days) => 3000 * GiB - days * 0.5 * GiB) ?? '', /three years/);
  });

  it('names a weekly wave with its highest day, and none where there is none', () => {
    const wave = trendsOf(60, (days) => 5000 * GiB - days * 5 * GiB + (weekday(days) === 7 ? 400 * GiB : 0));
    assert.deepEqual([wave.series[0]?.seasonality?.periodDays, wave.series[0]?.seasonality?.peakWeekday], [7, 7]);
    assert.equal(trendsOf(60, (days) => 5000 * GiB - days * 5 * GiB).series[0]?.seasonality, undefined);
  });

  it('tells the change since last week and last month', () => {
    const [series] = trendsOf(40, (days) => 5000 * GiB - days * 10 * GiB).series;
    assert.equal(series?.changeWeekBytes, 70 * GiB);
    assert.equal(series?.changeMonthBytes, 300 * GiB);
    assert.equal(trendsOf(20, () => GiB).series[0]?.changeMonthBytes, undefined);
  });

  it('sees one reading a day and no growth where a clock changes', () => {
    // 00:30 in Berlin every night, over 25 October 2026.
    const samples = Array.from({ length: 40 }, (_, i) => {
      const local = Date.UTC(2026, 9, 10 + i, 0, 30);
      return Date.parse('2026-10-25T01:00:00Z') >= local ? local - 2 * 3_600_000 : local - 3_600_000;
    });
    const pools = samples.map((atMs) => ({ ...pool, atMs, usedBytes: 4000 * GiB, usableBytes: usable }));
    const trends = buildTrends(
      { ...nothing, pools },
      usageOf(4000 * GiB),
      { ...options, timeZone: 'Europe/Berlin' },
      new Date('2026-11-18T23:30:00Z'),
    );
    assert.equal(trends.series[0]?.days, 41);
    assert.equal(trends.series[0]?.growth?.perDayBytes, 0);
  });

  it('calls a jump or a drop unusual, never in the first 14 days and never when it is small', () => {
    const kinds = (days: number, step: number) =>
      trendsOf(days, (at) => 5000 * GiB - at * GiB + (at === 0 ? step : 0)).anomalies.map(({ kind }) => kind);
    assert.deepEqual(kinds(30, 500 * GiB), ['growth']);
    assert.deepEqual(kinds(30, -500 * GiB), ['drop']);
    assert.deepEqual(kinds(30, 20 * GiB), []);
    assert.deepEqual(kinds(13, 500 * GiB), []);
    assert.deepEqual(kinds(14, 500 * GiB), ['growth']);
  });

  it('calls it neither growth nor a drop when what grew or shrank every day stands still or slows down', () => {
    const kinds = (perDay: number, newest: number) =>
      trendsOf(30, (at) => 5000 * GiB - (at === 0 ? perDay - newest : at * perDay)).anomalies.map(({ kind }) => kind);
    assert.deepEqual(kinds(200 * GiB, 0), []);
    assert.deepEqual(kinds(200 * GiB, 20 * GiB), []);
    assert.deepEqual(kinds(-150 * GiB, 0), []);
    assert.deepEqual(kinds(-150 * GiB, -20 * GiB), []);
    assert.deepEqual(kinds(200 * GiB, -1 * GiB), []);
    assert.deepEqual(kinds(200 * GiB, -120 * GiB), ['drop']);
    assert.deepEqual(kinds(-150 * GiB, 1 * GiB), []);
    assert.deepEqual(kinds(-150 * GiB, 200 * GiB), ['growth']);
  });

  it('calls it a pile-up when the snapshots of a volume suddenly take far more, never in the first 14 days', () => {
    const pileUps = (days: number, more: number) => {
      const readings = Array.from({ length: days }, (_, i) => ({
        atMs: now.getTime() - (days - i) * dayMs,
        usedBytes: 900 * GiB,
        snapshotBytes: 100 * GiB + (i % 3) * (GiB / 10),
      }));
      const snapshotBytes = 100 * GiB + more;
      const usage = { ...usageOf(GiB), volumes: [makeVolume('a', { usedBytes: 900 * GiB, snapshotBytes })] };
      return buildTrends({ ...nothing, volumes: [makeReadings('a', readings)] }, usage, options, now).anomalies.map(
        ({ kind, key }) => [kind, key],
      );
    };
    const found = [['snapshots', 'prod/pvc-a']];
    assert.deepEqual(pileUps(30, 60 * GiB), found);
    assert.deepEqual(pileUps(14, 60 * GiB), found);
    assert.deepEqual(pileUps(13, 60 * GiB), []);
    // At least 2 % of what they hold, when that is more than 1 GiB.
    assert.deepEqual(pileUps(30, 1.9 * GiB), []);
    assert.deepEqual(pileUps(30, -60 * GiB), []);
  });

  it('takes no reading of a volume from before the window, and none of a clock that was ahead', () => {
    const days = [...Array.from({ length: 30 }, (_, i) => -(i + 1)), -90.5, -200, 0.01, 3];
    const readings = days.map((day) => ({ atMs: now.getTime() + day * dayMs, usedBytes: (1000 + day) * GiB }));
    const usage = { ...usageOf(GiB), volumes: [makeVolume('a', { usedBytes: 1000 * GiB })] };
    const trends = buildTrends({ ...nothing, volumes: [makeReadings('a', readings)] }, usage, options, now);
    const series = trends.series.find(({ subject }) => subject === 'volume');
    assert.equal(series?.days, 31);
    assert.deepEqual([series?.points[0]?.day, series?.points.at(-1)?.day], ['2026-10-24', '2026-11-23']);
    assert.equal(series?.growth?.perDayBytes, GiB);
  });

  it('says nothing of snapshots whose space was not read', () => {
    const readings = Array.from({ length: 30 }, (_, i) => ({
      atMs: now.getTime() - (30 - i) * dayMs,
      usedBytes: 900 * GiB,
      ...(i < 20 ? {} : { snapshotBytes: 100 * GiB }),
    }));
    const usage = {
      ...usageOf(GiB),
      volumes: [makeVolume('a', { usedBytes: 900 * GiB, snapshotBytes: 400 * GiB })],
    };
    assert.deepEqual(
      buildTrends({ ...nothing, volumes: [makeReadings('a', readings)] }, usage, options, now).anomalies,
      [],
    );
  });

  it('calls findings suddenly many', () => {
    const findings = Array.from({ length: 20 }, (_, i) => ({ atMs: now.getTime() - (20 - i) * dayMs, findings: 3 }));
    const count = (openFindings: number) =>
      buildTrends({ ...nothing, findings }, usageOf(GiB), { ...options, openFindings }, now).anomalies.length;
    assert.deepEqual([count(4), count(7), count(40)], [0, 0, 1]);
  });

  it('takes a full pool as full and a pool that cannot be read as no reading', () => {
    assert.deepEqual(trendsOf(30, () => usable).forecasts[0]?.daysUntilFull, { expected: 0, earliest: 0, latest: 0 });
    const unread = buildTrends(
      nothing,
      { ...usageOf(0), pools: [{ ...poolUsage(0), usedBytes: undefined }] },
      options,
      now,
    );
    assert.deepEqual([unread.forecasts, unread.series[0]?.days], [[], 0]);
  });
});

const pool = { nas: 'nas01', pool: 'tank' };
const nothing: HistorySeries = { pools: [], volumes: [], groups: [], findings: [], damagedParts: [] };

function trendsOf(days: number, usedBefore: (days: number) => number) {
  const pools: PoolSample[] = Array.from({ length: days }, (_, i) => ({
    ...pool,
    atMs: now.getTime() - (days - i) * dayMs,
    usedBytes: usedBefore(days - i),
    usableBytes: usable,
  }));
  return buildTrends({ ...nothing, pools }, usageOf(usedBefore(0)), options, now);
}

const weekday = (daysBefore: number): number => new Date(now.getTime() - daysBefore * dayMs).getUTCDay() || 7;

const poolUsage = (usedBytes: number) => ({
  ...pool,
  status: 'ONLINE',
  healthy: true,
  volumes: 0,
  usedBytes,
  usableBytes: usable,
});

function usageOf(usedBytes: number): Usage {
  return {
    volumes: [],
    namespaces: [],
    storageClasses: [],
    backends: [],
    pools: [poolUsage(usedBytes)],
    snapshotOrigins: [],
    notAssessed: [],
  };
}
