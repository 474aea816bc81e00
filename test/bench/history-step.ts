// One step of the bench in a process of its own, as a scan or a report is. Argv: directory, step, nights, volumes.
// Prints one line of JSON: what it took.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { pickDaily } from '../../src/history/daily-scans.ts';
import { openDuck } from '../../src/history/duck.ts';
import { readLedger } from '../../src/history/ledger.ts';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import { PartFiles } from '../../src/history/part-files.ts';
import { buildGrowthQuery, type GrowthSubject } from '../../src/history/queries/growth.ts';
import { createViews } from '../../src/history/queries/read-series.ts';
import { openHistory } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { buildTrends, trendDefaults } from '../../src/trends/build-trends.ts';
import { dayNamer } from '../../src/util/local-days.ts';
import { makeNight } from './history-data.ts';

const [directory = '', step = '', nightsText = '', volumesText = ''] = process.argv.slice(2);
const nights = Number(nightsText);
const volumes = Number(volumesText);
const lines = join(directory, '..', 'naive.ndjson');
const end = new Date(Date.UTC(2026, 9, 1 + nights, 12));
const openStore = () =>
  openHistory({
    location: { kind: 'directory', directory },
    deployment: 'main',
    logger: silentLogger,
    now: () => new Date(end.getTime() + 40 * 86_400_000),
  });

/** What a script without an engine keeps: one JSON line per volume and night. */
async function writeNaive(from: number, to: number): Promise<void> {
  for (let night = from; night < to; night += 1) {
    const { scan, usage } = makeNight(night, volumes);
    const text = usage.volumes.map((volume) => JSON.stringify({ at: scan.startedAt, ...volume }));
    await appendFile(lines, `${text.join('\n')}\n`);
  }
}

async function readNaive(): Promise<number> {
  const sums = new Map<string, { n: number; x: number; y: number; xx: number; xy: number }>();
  const file = await open(lines);
  for await (const line of file.readLines()) {
    const { at, uid, usedBytes } = JSON.parse(line) as { at: string; uid: string; usedBytes: number };
    const x = Date.parse(at) / 86_400_000;
    const sum = sums.get(uid) ?? { n: 0, x: 0, y: 0, xx: 0, xy: 0 };
    sum.n += 1;
    sum.x += x;
    sum.y += usedBytes;
    sum.xx += x * x;
    sum.xy += x * usedBytes;
    sums.set(uid, sum);
  }
  return [...sums.values()].filter(({ n, x, y, xx, xy }) => (n * xy - x * y) / (n * xx - x * x) > 1).length;
}

const steps: Record<string, () => Promise<unknown>> = {
  async fill() {
    const store = await openStore();
    for (let night = 0; night < nights; night += 1) await store.append(makeNight(night, volumes));
    await store.close();
  },
  naive: () => writeNaive(0, nights),
  async append() {
    const result = makeNight(nights, volumes);
    const from = performance.now();
    const store = await openStore();
    await store.append(result);
    await store.close();
    return { appendMs: Math.round(performance.now() - from) };
  },
  async memory() {
    const store = await openStore();
    const { scans } = await store.memory();
    await store.close();
    return { scans };
  },
  async compact() {
    const store = await openStore();
    const { months, deleted } = await store.compact({ graceMs: 0 });
    await store.close();
    return { months: months.length, deleted };
  },
  async growth() {
    const files = new PartFiles(openLocalObjects(directory), directory);
    const duck = await openDuck({ memoryLimit: '512MB', temporary: join(directory, '.tmp') });
    const ledger = await readLedger(openLocalObjects(directory), 'main');
    await createViews(duck, ledger, files, ['pools', 'groups', 'datasets'], pickDaily(ledger.scans, dayNamer('UTC')));
    const rows: Record<string, number> = {};
    for (const subject of ['pool', 'backend', 'namespace', 'storageClass', 'volume'] as GrowthSubject[]) {
      rows[subject] = (await duck.query(buildGrowthQuery(subject, 0, end.getTime()))).length;
    }
    duck.close();
    return { rows };
  },
  async trends() {
    const store = await openStore();
    const from = new Date(end.getTime() - trendDefaults.windowDays * 86_400_000).toISOString();
    const { usage } = makeNight(nights, volumes);
    const begun = performance.now();
    const history = await store.series({ from, current: usage.volumes });
    const seriesMs = Math.round(performance.now() - begun);
    const trends = buildTrends(history, usage, { timeZone: 'UTC', ...trendDefaults }, end);
    await store.close();
    return {
      seriesMs,
      samples: history.volumes.reduce((sum, { atMs }) => sum + atMs.length, 0),
      series: trends.series.length,
      forecasts: trends.forecasts.length,
    };
  },
  async naiveGrowth() {
    return { growing: await readNaive() };
  },
};

const work = steps[step];
if (work === undefined) throw new Error(`no step ${step}`);
const from = performance.now();
const facts = await work();
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
const out = createWriteStream('', { fd: 1 });
out.end(
  JSON.stringify({
    ms: Math.round(performance.now() - from),
    cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000),
    peakMb: Math.round(maxRSS / 1024),
    ...(facts as object),
  }),
);
await once(out, 'close');
