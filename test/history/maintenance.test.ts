import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import type { ObjectStore } from '../../src/history/object-store.ts';
import { type HistoryStore, openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { makeCheck, makeFinding, makeResult, makeUsage, makeVolume } from '../support/stored-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const seen = makeCheck({ status: 'found', count: 1 });
const full = (id: string, day: number) =>
  makeResult(id, day, {
    findings: [makeFinding('f1'), makeFinding(`only-${id}`)],
    checks: [seen],
    usage: makeUsage([makeVolume('a'), makeVolume('b')]),
  });

/** October and the first half of November; "now" is 20 November. */
const days = [0, 10, 20, 35, 45];
const now = (): Date => new Date('2026-11-20T00:00:00Z');

async function openStore(objects: ObjectStore, more: { readonly now?: () => Date } = {}): Promise<HistoryStore> {
  return openHistoryOn(objects, { deployment: 'main', logger: silentLogger, now, ...more });
}

async function fill(objects: ObjectStore): Promise<HistoryStore> {
  const store = await openStore(objects);
  for (const day of days) await store.append(full(`s${day}`, day));
  return store;
}

describe('[U] history/compact', () => {
  it('merges the months that are over and changes nothing that is remembered', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    const before = await store.memory();
    const report = await store.compact({ graceMs: 0 });
    assert.deepEqual(
      report.months.map(({ month, scans, partsBefore, partsAfter }) => [month, scans, partsBefore, partsAfter]),
      [['2026-10', 3, 27, 9]],
    );
    assert.ok(report.deleted > 0);
    assert.deepEqual(await store.memory(), before);
    for (const day of days) assert.deepEqual(await store.result(`s${day}`), full(`s${day}`, day));
    assert.deepEqual((await store.verify()).damaged, []);
    assert.deepEqual((await store.verify()).uncommitted, []);
    assert.equal(before.scans, 5);
    await store.close();
  });

  it('leaves replaced files for readers that began before, and deletes them after the grace', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    const files = objects.objects.size;
    assert.equal((await store.compact()).deleted, 0);
    assert.ok(objects.objects.size > files);
    assert.equal((await store.compact()).deleted, 0);
    await store.close();
    const later = await openStore(objects, { now: () => new Date('2026-11-20T02:00:00Z') });
    const report = await later.compact();
    assert.deepEqual(report.months, []);
    assert.ok(report.deleted > 0);
    assert.equal((await later.memory()).scans, 5);
    assert.equal((await later.compact()).deleted, 0);
    await later.close();
  });

  it('takes a scan that came late into the next generation', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    await store.compact({ graceMs: 0 });
    await store.append(full('late', 25));
    assert.equal((await store.memory()).scans, 6);
    const report = await store.compact({ graceMs: 0 });
    assert.equal(report.months[0]?.scans, 4);
    const memory = await store.memory();
    assert.equal(memory.scans, 6);
    assert.equal(memory.findings.find(({ id }) => id === 'f1')?.runsSeen, 6);
    await store.close();
  });

  it('lets one of two compactions at once win, and leaves nothing of the other', async () => {
    const objects = openMemoryObjects();
    const stores = [await fill(objects), await openStore(objects)];
    const reports = await Promise.all(stores.map((store) => store.compact({ graceMs: 0 })));
    const won = reports.reduce((sum, { months }) => sum + months.length, 0);
    const lost = reports.reduce((sum, report) => sum + report.lost.length, 0);
    assert.deepEqual([won, lost], [1, 1]);
    for (const store of stores) {
      assert.equal((await store.memory()).findings.find(({ id }) => id === 'f1')?.runsSeen, 5);
      assert.deepEqual((await store.verify()).uncommitted, []);
      await store.close();
    }
  });

  it('keeps a damaged part where it is, named, and merges the rest', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    const key = [...objects.objects.keys()].find((name) => name.startsWith('findings/') && name.includes('s10')) ?? '';
    objects.objects.set(key, Buffer.from('not parquet'));
    await store.compact({ graceMs: 0 });
    const { damagedParts, scans, findings } = await store.memory();
    assert.deepEqual(
      damagedParts.map(({ name }) => name),
      [key],
    );
    assert.equal(scans, 4);
    assert.equal(findings.find(({ id }) => id === 'f1')?.runsSeen, 4);
    assert.ok(objects.objects.has(key));
    await store.close();
  });

  it('reads a month by the copy of its manifest when the manifest is damaged', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    await store.compact({ graceMs: 0 });
    const key = [...objects.objects.keys()].find((name) => name.endsWith('g000001.json')) ?? '';
    objects.objects.set(key, Buffer.from('{'));
    const { scans, damagedParts } = await store.memory();
    assert.equal(scans, 5);
    assert.deepEqual(
      damagedParts.map(({ name }) => name),
      [key],
    );
    await store.close();
  });
});

describe('[U] history/prune', () => {
  it('takes out whole months past the retention', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    await store.compact({ graceMs: 0 });
    assert.deepEqual((await store.prune({ retentionDays: 40, graceMs: 0 })).months, []);
    const report = await store.prune({ retentionDays: 29, graceMs: 0 });
    assert.deepEqual([report.months, report.scans], [['2026-10'], 3]);
    assert.deepEqual(
      (await store.scans()).map(({ id }) => id),
      ['s35', 's45'],
    );
    assert.equal(
      [...objects.objects.keys()].filter((key) => key.includes('month=2026-10/') && !key.startsWith('manifests/'))
        .length,
      0,
    );
    assert.deepEqual((await store.verify()).damaged, []);
    await store.close();
  });

  it('never takes out the last scan, however old', async () => {
    const objects = openMemoryObjects();
    await (await fill(objects)).close();
    const store = await openStore(objects, { now: () => new Date('2036-01-01T00:00:00Z') });
    await store.prune({ retentionDays: 1, graceMs: 0 });
    assert.equal((await store.latestResult())?.scan.id, 's45');
    assert.equal((await store.memory()).state, 'ready');
    await store.close();
  });

  it('sweeps what a scan left that never ended, after a day, and nothing that is not ours', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    const commit = [...objects.objects.keys()].find((key) => key.startsWith('commits/') && key.includes('s45')) ?? '';
    objects.objects.delete(commit);
    objects.objects.set('findings/notes.txt', Buffer.from('mine'));
    objects.objects.set('findings/deployment=main/month=2026-10/spark.parquet', Buffer.from('PAR1 PAR1'));
    const report = await store.verify();
    assert.equal(report.uncommitted.length, 9);
    assert.deepEqual(report.foreign, ['findings/deployment=main/month=2026-10/spark.parquet', 'findings/notes.txt']);
    assert.equal((await store.prune({ retentionDays: 400 })).leftovers, 9);
    assert.deepEqual((await store.verify()).uncommitted, []);
    assert.deepEqual((await store.verify()).foreign, report.foreign);
    assert.equal((await store.memory()).scans, 4);
    await store.close();
  });

  it('leaves what was written within the last day: its scan may still be running', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    const commit = [...objects.objects.keys()].find((key) => key.startsWith('commits/') && key.includes('s45')) ?? '';
    objects.objects.delete(commit);
    const young: ObjectStore = {
      ...objects,
      list: async (prefix) => (await objects.list(prefix)).map((one) => ({ ...one, modifiedAt: now().toISOString() })),
    };
    const other = await openStore(young);
    assert.equal((await other.prune({ retentionDays: 400 })).leftovers, 0);
    await store.close();
    await other.close();
  });

  it('keeps the parts of a scan whose commit record is damaged', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    const commit = [...objects.objects.keys()].find((key) => key.startsWith('commits/') && key.includes('s45')) ?? '';
    objects.objects.set(commit, Buffer.from('{'));
    const files = objects.objects.size;
    await store.prune({ retentionDays: 400 });
    assert.equal(objects.objects.size, files);
    await store.close();
  });

  it('does not touch the parts of another deployment in the same place', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    const other = await openHistoryOn(objects, { deployment: 'other', logger: silentLogger, now });
    await other.append(makeResult('o1', 1, { deployment: 'other', usage: makeUsage([makeVolume('a')]) }));
    await store.compact({ graceMs: 0 });
    await store.prune({ retentionDays: 29, graceMs: 0 });
    assert.deepEqual((await other.verify()).damaged, []);
    assert.equal((await other.memory()).scans, 1);
    await store.close();
    await other.close();
  });
});

describe('[U] history/transfer', () => {
  const folder = useTemporaryFolder();

  it('exports into a directory that is a history itself, and imports it back', async () => {
    const objects = openMemoryObjects();
    const store = await fill(objects);
    await store.compact({ graceMs: 0 });
    const report = await store.exportTo(folder.file('copy'));
    assert.deepEqual(report, { scans: 5, known: 0, damaged: [] });
    const copy = await openStore(openLocalObjects(folder.file('copy')));
    assert.deepEqual(await copy.memory(), await store.memory());
    assert.deepEqual((await copy.verify()).damaged, []);
    const fresh = await openStore(openMemoryObjects());
    assert.equal((await fresh.importFrom(folder.file('copy'))).scans, 5);
    assert.deepEqual(await fresh.memory(), await store.memory());
    assert.deepEqual(await fresh.importFrom(folder.file('copy')), { scans: 0, known: 5, damaged: [] });
    for (const each of [store, copy, fresh]) await each.close();
  });

  it('imports into a month that has scans of its own, without doubling any', async () => {
    const source = await fill(openLocalObjects(folder.file('source')));
    await source.compact({ graceMs: 0 });
    const target = await openStore(openMemoryObjects());
    await target.append(full('own', 5));
    await target.append(full('s10', 10));
    assert.deepEqual(await target.importFrom(folder.file('source')), { scans: 4, known: 1, damaged: [] });
    assert.deepEqual(
      (await target.scans()).map(({ id }) => id),
      ['s0', 'own', 's10', 's20', 's35', 's45'],
    );
    assert.equal((await target.memory()).findings.find(({ id }) => id === 'f1')?.runsSeen, 6);
    await source.close();
    await target.close();
  });

  it('leaves no temporary file behind', async () => {
    assert.deepEqual(await readdir(join(folder.file('copy'), '.tmp')), []);
  });
});

describe('[U] history/list', () => {
  it('says what is stored, by month and table', async () => {
    const store = await fill(openMemoryObjects());
    await store.compact({ graceMs: 0 });
    const { scans, tables } = await store.ls();
    assert.deepEqual(
      scans.map(({ id, isCompacted }) => [id, isCompacted]),
      [
        ['s0', true],
        ['s10', true],
        ['s20', true],
        ['s35', false],
        ['s45', false],
      ],
    );
    const row = tables.find(({ month, table }) => month === '2026-10' && table === 'volumes');
    assert.deepEqual([row?.parts, row?.rows], [1, 6]);
    await store.close();
  });
});
