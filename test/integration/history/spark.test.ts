import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { pickDaily } from '../../../src/history/daily-scans.ts';
import { openDuck } from '../../../src/history/duck.ts';
import { readLedger } from '../../../src/history/ledger.ts';
import { openLocalObjects } from '../../../src/history/local-objects.ts';
import { PartFiles } from '../../../src/history/part-files.ts';
import { buildGrowthQuery, type GrowthSubject } from '../../../src/history/queries/growth.ts';
import { createViews } from '../../../src/history/queries/read-series.ts';
import { seriesQueries } from '../../../src/history/queries/series.ts';
import { openHistory } from '../../../src/history/store.ts';
import { tableNames } from '../../../src/history/tables.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { dayNamer } from '../../../src/util/local-days.ts';
import { makeNight } from '../../bench/history-data.ts';
import { blocksOf } from '../../docs/blocks.ts';
import { askSpark, runSparkBlock } from '../../support/pyspark.ts';
import { makeCheck, makeFinding } from '../../support/stored-result.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const nights = 45;
/** From this night on the scans are those of a fleet: its volumes were stored part by part, the result lists a few. */
const firstJoined = 20;
const dayMs = 86_400_000;
const subjects: readonly GrowthSubject[] = ['pool', 'backend', 'namespace', 'storageClass', 'volume'];
const nowMs = Date.UTC(2026, 9, 1 + nights);
/** The query of a page, over views instead of files. */
const [ofFleet] = blocksOf('docs/fleet.md').filter(({ language }) => language === 'sql duckdb');
const queries = {
  'what each cluster holds': ofFleet?.text.replaceAll(/read_parquet\('history\/(\w+)\/[^)]*\)/g, '$1') ?? '',
  uids: seriesQueries.uids,
  pools: seriesQueries.pools,
  groups: seriesQueries.groups,
  volumes: seriesQueries.volumes(true),
  allVolumes: seriesQueries.volumes(false),
  still: seriesQueries.still,
  findings: seriesQueries.findings,
  // Every kind of page that compaction writes: dense numbers, fractions and texts.
  'every page': `SELECT COUNT(compress_ratio) AS ratios, SUM(compress_ratio) AS ratio, COUNT(DISTINCT dataset) AS names,
    MIN(dataset) AS first_name, MAX(dataset) AS last_name, SUM(logical_bytes) AS logical FROM datasets`,
  ...Object.fromEntries(subjects.map((subject) => [`growth of ${subject}`, buildGrowthQuery(subject, 0, nowMs)])),
};

describe('[I] history/queries on Spark', function () {
  this.timeout(900_000);
  const folder = useTemporaryFolder();

  it('answers on Spark, unchanged and over the same files, what it answers on DuckDB', async () => {
    const directory = folder.file('a=b [history]').replaceAll(/[[\] ]/g, '_');
    const location = { kind: 'directory' as const, directory };
    const now = (): Date => new Date(nowMs);
    const store = await openHistory({ location, deployment: 'main', logger: silentLogger, now });
    for (let night = 0; night < nights; night += 1) {
      const findings = [makeFinding('f1'), makeFinding(`only-${night}`)];
      const result = makeNight(night, 40);
      const volumes = volumesOf(night).map((volume, i) => ({ ...volume, compressRatio: 2 + Math.sin(night + i) }));
      const checks = [makeCheck({ status: 'found', count: 2 })];
      const isJoined = night >= firstJoined;
      if (isJoined) {
        const scan = { ...result.scan, deployment: 'main' };
        for (const part of Map.groupBy(volumes, ({ nas }) => nas).values()) await store.appendVolumes(scan, part);
      }
      const usage = {
        ...result.usage,
        ...(isJoined ? { volumes: volumes.slice(0, 5), volumesLeftOut: 35 } : { volumes }),
      };
      await store.append({ ...result, usage, findings, checks });
    }
    await store.compact({ graceMs: 0 });
    await store.close();

    const objects = openLocalObjects(directory);
    const ledger = await readLedger(objects, 'main');
    assert.ok(ledger.manifests.length > 0 && ledger.commits.length > 0, 'compacted and single parts');
    mkdirSync(folder.file('scratch'));
    const duck = await openDuck({ memoryLimit: '256MB', temporary: folder.file('scratch') });
    const scans = pickDaily(ledger.scans, dayNamer('UTC'));
    await createViews(duck, ledger, new PartFiles(objects, folder.file('scratch')), tableNames, scans);
    const current = volumesOf(nights - 1).map((volume) => ({
      nas: volume.nas,
      dataset_key: volume.datasetId,
      used_bytes: volume.usedBytes,
      filled_bytes: volume.referencedBytes,
      snapshot_bytes: volume.snapshotBytes,
    }));
    const columns = { nas: 'VARCHAR', dataset_key: 'VARCHAR' } as const;
    const sizes = { used_bytes: 'BIGINT', filled_bytes: 'BIGINT', snapshot_bytes: 'BIGINT' } as const;
    await duck.load('current_datasets', { ...columns, ...sizes }, current);
    const spans = seriesQueries.spans(nowMs / dayMs);
    await duck.run(`CREATE TABLE spans AS ${spans}`);
    await duck.run(`CREATE TABLE owners AS ${seriesQueries.owners}`);

    const inSpark = await askSpark({
      views: Object.fromEntries(
        [...Map.groupBy(ledger.parts, ({ table }) => table)]
          .filter(([table]) => table !== 'results')
          .map(([table, parts]) => [
            table,
            { base: `${directory}/${table}`, files: parts.map(({ key }) => `${directory}/${key}`) },
          ]),
      ),
      rows: {
        usable_scans: {
          schema: 'scan_id string, is_whole boolean, day bigint',
          data: scans.map(({ id, isWhole, day }) => [id, isWhole, day]),
        },
        current_datasets: {
          schema: 'nas string, dataset_key string, used_bytes bigint, filled_bytes bigint, snapshot_bytes bigint',
          data: current.map((row) => Object.values(row)),
        },
      },
      tables: { spans, owners: seriesQueries.owners },
      queries,
    });
    const monthOf = ({ key }: { readonly key: string }) => /month=([\d-]+)/.exec(key)?.[1];
    const folders = ledger.parts.filter(({ table }) => table === 'volumes').map(({ key }) => key.split('/')[1]);
    assert.deepEqual([...new Set(folders)].toSorted(), ['cluster=c0', 'cluster=c1', 'cluster=c2', 'cluster=c3']);
    assert.equal(new Set(ledger.parts.map(monthOf)).size, 2);
    assert.equal(inSpark['uids']?.length, 40, 'of a joined scan all volumes are there, not only those that it lists');
    for (const [name, sql] of Object.entries(queries)) {
      const expected = await duck.query(sql);
      assert.ok(expected.length > 0, `${name} has rows`);
      assert.equal(inSpark[name]?.length, expected.length, name);
      for (const [i, row] of expected.entries()) assertSame(inSpark[name]?.[i], row, `${name}, row ${i}`);
    }
    duck.close();
  });

  it('runs the block of docs/history.md, which tells the newest reading of every pool', async () => {
    const blocks = blocksOf('docs/history.md').filter(({ language }) => language === 'python');
    const location = { kind: 'directory' as const, directory: folder.file('history') };
    const store = await openHistory({ location, deployment: 'main', logger: silentLogger, now: () => new Date(nowMs) });
    for (let night = 0; night < 3; night += 1) await store.append(makeNight(night, 5));
    await store.close();

    assert.equal(blocks.length, 1);
    const printed = await runSparkBlock(folder.path, blocks[0]?.text ?? '');

    const rows = [...printed.matchAll(/^\| *([^\s|]+)\| *([^\s|]+)\| *(\d+)\|$/gm)].map(([, ...cells]) =>
      cells.join(' '),
    );
    const newest = makeNight(2, 5).usage.pools.map(({ nas, pool, usedBytes }) => `${nas} ${pool} ${usedBytes}`);
    assert.ok(newest.length > 0);
    assert.deepEqual(rows.toSorted(), newest.toSorted(), printed);
  });
});

/** On four clusters, two to a NAS: what belongs together is stored together. */
function volumesOf(night: number) {
  return makeNight(night, 40).usage.volumes.map((volume, i) => ({
    ...volume,
    cluster: `c${i % 4}`,
    nas: `nas0${i % 2}`,
  }));
}

/** Sums of doubles may differ in their last digits between engines. */
function assertSame(actual: unknown, expected: Readonly<Record<string, unknown>>, what: string): void {
  for (const [column, value] of Object.entries(expected)) {
    const other: unknown = Reflect.get(actual as object, column);
    if (typeof value === 'number' && typeof other === 'number' && !Number.isInteger(value)) {
      assert.ok(Math.abs(value - other) <= Math.abs(value) * 1e-9, `${what} ${column}: ${other} for ${value}`);
    } else assert.equal(other, value, `${what} ${column}`);
  }
}
