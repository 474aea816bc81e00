import assert from 'node:assert/strict';
import { pickDaily } from '../../src/history/daily-scans.ts';
import { openDuck } from '../../src/history/duck.ts';
import { readLedger } from '../../src/history/ledger.ts';
import { PartFiles } from '../../src/history/part-files.ts';
import { buildGrowthQuery } from '../../src/history/queries/growth.ts';
import { createViews } from '../../src/history/queries/read-series.ts';
import { openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { dayNamer } from '../../src/util/local-days.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { makeResult, makeUsage, makeVolume } from '../support/stored-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const gib = 1_073_741_824;

/** Volume `grows` gains 1 GiB a day, `still` never changes, `unknown` cannot be read on odd days. */
function day(n: number, more: Partial<Pick<ScanResult, 'scope'>> = {}): ScanResult {
  const usage = makeUsage([
    makeVolume('grows', { usedBytes: n * gib, referencedBytes: n * gib }),
    makeVolume('still', { usedBytes: 5 * gib }),
    makeVolume('unknown', { usedBytes: n % 2 === 0 ? n * gib : undefined } as { usedBytes: number }),
  ]);
  const pools = [{ nas: 'nas01', pool: 'tank', status: 'ONLINE', healthy: true, volumes: 3, usedBytes: 100 * gib + n }];
  return makeResult(`s${n}`, n, { ...more, usage: { ...usage, pools } });
}

async function fill(days: number) {
  const objects = openMemoryObjects();
  const store = await openHistoryOn(objects, {
    deployment: 'main',
    logger: silentLogger,
    now: () => new Date('2026-12-20T00:00:00Z'),
  });
  for (let n = 0; n < days; n += 1) await store.append(day(n));
  return { objects, store };
}

describe('[U] history/queries/read-series', () => {
  const folder = useTemporaryFolder();

  it('hands out the readings of pools, groups and findings since a time', async () => {
    const { store } = await fill(4);
    const series = await store.series({ from: '2026-10-02T02:00:00.000Z' });
    assert.deepEqual(
      series.pools.map(({ usedBytes }) => usedBytes - 100 * gib),
      [1, 2, 3],
    );
    assert.equal('usableBytes' in (series.pools[0] ?? {}), false);
    assert.deepEqual(series.groups[0], {
      subject: 'namespace',
      key: 'prod/web',
      atMs: series.pools[0]?.atMs,
      usedBytes: 7,
    });
    assert.equal(series.findings.length, 3);
    assert.deepEqual(series.damagedParts, []);
    await store.close();
  });

  it('gives volumes by their UID, without readings that are not known', async () => {
    const { store } = await fill(4);
    const { volumes } = await store.series({ from: '2026-10-01T00:00:00.000Z' });
    const gibOf = (uid: string, column: 'usedBytes' | 'filledBytes') =>
      [...(volumes.find((volume) => volume.uid === uid)?.[column] ?? [])].map((bytes) => bytes / gib);
    assert.deepEqual(gibOf('grows', 'usedBytes'), [0, 1, 2, 3]);
    assert.deepEqual(gibOf('grows', 'filledBytes'), [0, 1, 2, 3]);
    assert.deepEqual(gibOf('still', 'usedBytes'), [5, 5, 5, 5]);
    assert.deepEqual(gibOf('still', 'filledBytes'), [Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    assert.deepEqual(gibOf('unknown', 'usedBytes'), [0, 2]);
    assert.deepEqual(
      volumes.map(({ uid, atMs }) => [uid, ...[...atMs].map((at) => new Date(at).getUTCDate())]),
      [
        ['grows', 1, 2, 3, 4],
        ['still', 1, 2, 3, 4],
        ['unknown', 1, 3],
      ],
    );
    await store.close();
  });

  it('leaves out volumes that always read what they read now, when it is told what that is', async () => {
    const { store } = await fill(4);
    const from = '2026-10-01T00:00:00.000Z';
    const uids = async (still: number) => {
      const current = [makeVolume('grows', { usedBytes: 3 * gib }), makeVolume('still', { usedBytes: still })];
      return (await store.series({ from, current })).volumes.map(({ uid }) => uid);
    };
    assert.deepEqual(await uids(5 * gib), ['grows']);
    assert.deepEqual(await uids(6 * gib), ['grows', 'still']);
    const current = [makeVolume('still', { usedBytes: 5 * gib })];
    const first = Date.parse('2026-10-01T02:00:00.000Z');
    assert.deepEqual((await store.series({ from, current })).still, [
      { uid: 'still', usedBytes: 5 * gib, firstAtMs: first, recentDays: 4 },
    ]);
    const later = { from, to: '2026-11-03T02:00:00.000Z', current };
    assert.equal((await store.series(later)).still?.[0]?.recentDays, 2);
    await store.close();
  });

  it('takes the last scan of a day, and counts the days that have a reading among the last 31', async () => {
    const { store } = await fill(0);
    for (const [n, at] of ['01T02', '10T02', '11T02', '11T05', '21T02', '21T23', '22T00'].entries()) {
      const result = day(n);
      await store.append({ ...result, scan: { ...result.scan, startedAt: `2026-10-${at}:00:00.000Z` } });
    }
    const current = [makeVolume('still', { usedBytes: 5 * gib })];
    const recentDays = async (to?: string) =>
      (await store.series({ ...(to !== undefined && { to }), current })).still?.[0]?.recentDays;
    assert.equal(await recentDays(), 5);
    assert.equal(await recentDays('2026-11-01T02:00:00.000Z'), 5);
    assert.equal(await recentDays('2026-11-02T00:00:00.000Z'), 4);
    assert.equal(await recentDays('2027-03-01T02:00:00.000Z'), 0);
    const { volumes } = await store.series();
    // The last reading of a day, which carries the number of its scan.
    assert.deepEqual(
      volumes.map(({ uid, usedBytes }) => [uid, ...[...usedBytes].map((bytes) => bytes / gib)]),
      [
        ['grows', 0, 1, 3, 5, 6],
        ['still', 5, 5, 5, 5, 5],
        ['unknown', 0, 6],
      ],
    );
    await store.close();
  });

  it('takes what an incomplete scan read later that day, and keeps what it did not read', async () => {
    const { store } = await fill(0);
    for (const [n, at, complete] of [
      [2, '02', true],
      [3, '12', false],
    ] as const) {
      const result = day(n);
      await store.append({
        ...result,
        scan: { ...result.scan, complete, startedAt: `2026-10-05T${at}:00:00.000Z` },
      });
    }
    const { volumes } = await store.series();
    assert.deepEqual(
      volumes.map(({ uid, atMs, usedBytes }) => [uid, [...atMs].map((ms) => new Date(ms).getUTCHours()), usedBytes[0]]),
      [
        ['grows', [12], 3 * gib],
        ['still', [12], 5 * gib],
        ['unknown', [2], 2 * gib],
      ],
    );
    await store.close();
  });

  it('takes one reading a day of the zone, also where its clocks change', async () => {
    const { store } = await fill(0);
    // 01:00 in Berlin, where the clocks were set back on 25 October: 23:00 UTC before, midnight UTC after.
    const nights = ['23T23', '24T23', '26T00', '27T00'];
    const evening = '26T22';
    for (const [n, at] of [...nights, evening].entries()) {
      const result = day(n);
      await store.append({ ...result, scan: { ...result.scan, startedAt: `2026-10-${at}:00:00.000Z` } });
    }
    const current = [makeVolume('still', { usedBytes: 5 * gib })];
    const series = await store.series({ timeZone: 'Europe/Berlin', current, to: '2026-10-28T00:00:00.000Z' });
    const all = await store.series({ timeZone: 'Europe/Berlin' });
    // 24, 25, 26 (the evening's) and 27 October.
    assert.deepEqual(
      [...(all.volumes[0]?.usedBytes ?? [])].map((bytes) => bytes / gib),
      [0, 1, 4, 3],
    );
    assert.equal(series.still?.[0]?.recentDays, 4);
    assert.equal(series.pools.length, 4);
    await store.close();
  });

  it('leaves narrowed and incomplete scans out of the count of findings', async () => {
    const { store } = await fill(1);
    await store.append(day(1, { scope: { clusters: [], nases: [], backends: [], filters: ['namespace web'] } }));
    const incomplete = day(2);
    await store.append({ ...incomplete, scan: { ...incomplete.scan, complete: false } });
    const { findings } = await store.series({ from: '2026-10-01T00:00:00.000Z' });
    assert.equal(findings.length, 1);
    await store.close();
  });

  it('reads the same from compacted months, and names a damaged part', async () => {
    const { objects, store } = await fill(40);
    const from = '2026-10-01T00:00:00.000Z';
    const before = await store.series({ from });
    await store.compact({ graceMs: 0 });
    assert.deepEqual(await store.series({ from }), before);
    const key = [...objects.objects.keys()].find((name) => name.startsWith('pools/')) ?? '';
    objects.objects.set(key, Buffer.alloc(10));
    const fresh = await openHistoryOn(objects, { deployment: 'main', logger: silentLogger });
    const damaged = await fresh.series({ from });
    assert.deepEqual(
      damaged.damagedParts.map(({ name }) => name),
      [key],
    );
    assert.ok(damaged.pools.length < before.pools.length);
    await store.close();
    await fresh.close();
  });

  it('computes slope, fit and change in SQL', async () => {
    const { objects, store } = await fill(40);
    const duck = await openDuck({ memoryLimit: '256MB', temporary: folder.path });
    const ledger = await readLedger(objects, 'main');
    const scans = pickDaily(ledger.scans, dayNamer('UTC'));
    await createViews(duck, ledger, new PartFiles(objects, folder.path), ['datasets'], scans);
    const now = Date.parse('2026-11-09T12:00:00Z');
    const rows = await duck.query(buildGrowthQuery('volume', 0, now));
    const row = rows.find(({ subject_key }) => subject_key === 'nas01/guid-grows');
    assert.equal(row?.['readings'], 40);
    assert.ok(Math.abs(Number(row?.['per_day_bytes']) - gib) < 1);
    assert.ok(Math.abs(Number(row?.['r2']) - 1) < 1e-9);
    assert.deepEqual([row?.['change_week_bytes'], row?.['change_month_bytes']], [7 * gib, 30 * gib]);
    duck.close();
    await store.close();
  });
});
