import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditKey } from '../../src/audit/places.ts';
import { pruneAudit } from '../../src/audit/prune.ts';
import { findPreviousRun, listRuns } from '../../src/audit/read-runs.ts';
import { openFileSink, openObjectSink } from '../../src/audit/sinks.ts';
import { createTrailWriter, type TrailWriter } from '../../src/audit/trail-writer.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { HistoryError } from '../../src/errors.ts';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import { Secret } from '../../src/util/secret.ts';
import type { TrailEvent } from '../../src/util/trail.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const deployment = 'home';

interface Run {
  readonly id: string;
  readonly month?: string;
  readonly calls?: number;
  readonly rotateBytes?: number;
  readonly key?: Secret;
  /** A killed run writes no last line. */
  readonly isKilled?: boolean;
}

function call(count: number): TrailEvent {
  return { kind: 'call', system: 'nas/nas01', method: 'pool.query', outcome: 'ok', bytes: 10, durationMs: 1, count };
}

function openWriter(folder: string, { id, month = '2026-11', rotateBytes = 1e6, key }: Run): TrailWriter {
  const keyOf = (part: number) => auditKey(deployment, { id, startedAt: `${month}-24T00:00:00Z` }, part);
  return createTrailWriter({
    run: { scanId: id, runId: id, deployment, tool: '1.0.0', config: 'sha256:0' },
    now: () => new Date('2026-11-24T00:00:00Z'),
    key,
    rotateBytes,
    keyOf,
    open: async () => ({
      sink: openFileSink(folder, keyOf(1)),
      previous: await findPreviousRun(openLocalObjects(folder), deployment),
    }),
  });
}

async function write(folder: string, run: Run): Promise<void> {
  const writer = openWriter(folder, run);
  for (let index = 0; index < (run.calls ?? 5); index += 1) writer.record(call(index));
  await writer.close(0);
  if (run.isKilled === true) edit(fileOf(folder, run), (lines) => lines.slice(0, -1));
}

function fileOf(folder: string, { id, month = '2026-11' }: Run, part = 1): string {
  return join(folder, ...auditKey(deployment, { id, startedAt: month }, part).split('/'));
}

function edit(file: string, change: (lines: string[]) => string[]): void {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${change(lines).join('\n')}\n`);
}

describe('[U] audit', () => {
  const temporary = useTemporaryFolder();
  let folder = '';
  let next = 0;
  const verify = (key?: Secret) => verifyAudit(openLocalObjects(folder), deployment, key);
  const because = async (key?: Secret) => (await verify(key)).damaged.map((one) => one.because);

  beforeEach(() => {
    next += 1;
    folder = temporary.file(`case-${next}`);
  });

  it('writes start, every event and the exit code, each with its place in the chain', async () => {
    await write(folder, { id: 'run-1', calls: 2 });

    const lines = readFileSync(fileOf(folder, { id: 'run-1' }), 'utf8')
      .trimEnd()
      .split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      parsed.map(({ seq, kind }) => [seq, kind]),
      [
        [0, 'start'],
        [1, 'call'],
        [2, 'call'],
        [3, 'end'],
      ],
    );
    assert.equal(parsed[0]?.['config'], 'sha256:0');
    assert.equal(parsed[1]?.['previous'], parsed[0]?.['hash']);
    assert.deepEqual(await because(), []);
  });

  it('writes no file for a run in which nothing happened', async () => {
    await openWriter(folder, { id: 'run-1' }).close(0);

    assert.deepEqual(await listRuns(openLocalObjects(folder), deployment), []);
  });

  for (let line = 0; line < 7; line += 1) {
    it(`finds line ${line} removed, changed or moved`, async () => {
      const run = { id: 'run-1', calls: 5 };
      await write(folder, run);
      const whole = readFileSync(fileOf(folder, run), 'utf8');
      const changes: readonly ((lines: string[]) => string[])[] = [
        (lines) => lines.toSpliced(line, 1),
        (lines) => lines.with(line, (lines[line] ?? '').replace(/"seq":\d+/, '"seq":99')),
        (lines) => lines.with(line, (lines[line] ?? '').replace('"at":"2026', '"at":"2027')),
        (lines) => lines.with(line, (lines[line] ?? '').slice(0, -3)),
        (lines) => lines.toSpliced(line, 1).toSpliced((line + 3) % 7, 0, lines[line] ?? ''),
        (lines) => lines.toSpliced(line, 0, lines[line] ?? ''),
      ];
      for (const change of changes) {
        writeFileSync(fileOf(folder, run), whole);
        edit(fileOf(folder, run), change);
        assert.notDeepEqual(await because(), [], String(change));
      }
    });
  }

  it('finds an end that was cut off, also when the run that follows is the only witness', async () => {
    await write(folder, { id: 'run-1' });
    await write(folder, { id: 'run-2' });
    edit(fileOf(folder, { id: 'run-1' }), (lines) => lines.slice(0, -2));

    assert.match((await because()).join('\n'), /the next run knows more of it/);
  });

  it('tells a killed run from a cut one by the run that follows', async () => {
    await write(folder, { id: 'run-1', isKilled: true });
    assert.match((await because()).join('\n'), /under way, was killed, or its end was cut off/);

    await write(folder, { id: 'run-2' });
    assert.deepEqual(await because(), []);
  });

  it('misses a whole run that was removed', async () => {
    for (const id of ['run-1', 'run-2', 'run-3']) await write(folder, { id });
    rmSync(fileOf(folder, { id: 'run-2' }));

    assert.deepEqual(await because(), ['the run run-2, which it follows, is gone']);
  });

  it('loses nothing when files rotate in the middle of a run, and misses one that was removed', async () => {
    const run = { id: 'run-1', calls: 200, rotateBytes: 2000 };
    await write(folder, run);

    const [listed] = await listRuns(openLocalObjects(folder), deployment);
    const report = await verify();
    assert.ok((listed?.files.length ?? 0) > 10, 'it rotated');
    assert.equal(report.lines, 202);
    assert.deepEqual(report.damaged, []);
    const counts = (listed?.files ?? []).flatMap(({ key }) =>
      readFileSync(join(folder, ...key.split('/')), 'utf8')
        .trimEnd()
        .split('\n')
        .flatMap((line) => (JSON.parse(line) as { count?: number }).count ?? []),
    );
    assert.deepEqual(
      counts,
      Array.from({ length: 200 }, (_, index) => index),
    );

    rmSync(fileOf(folder, run, 4));
    assert.match((await because())[0] ?? '', /part 4 of the run is missing/);
  });

  it('with a key a line cannot be forged by whoever lacks it', async () => {
    const key = new Secret('seal-of-the-audit-log');
    await write(folder, { id: 'run-1', key });

    assert.deepEqual(await because(key), []);
    assert.match((await because()).join('\n'), /its hash does not match/);
  });

  it('cleans known secrets out of what it writes', async () => {
    const secret = new Secret('canary-in-a-method-name');
    const writer = openWriter(folder, { id: 'run-1' });
    writer.record({ kind: 'call', system: 'x', method: secret.reveal(), outcome: 'ok', bytes: 0, durationMs: 0 });
    await writer.close(0);

    assert.doesNotMatch(readFileSync(fileOf(folder, { id: 'run-1' }), 'utf8'), /canary/);
    assert.deepEqual(await because(), []);
  });

  it('prunes whole months before the retention, and never the newest run', async () => {
    await write(folder, { id: '2026-01', month: '2026-01' });
    await write(folder, { id: '2026-02', month: '2026-02' });
    const objects = openLocalObjects(folder);
    const prune = (now: string) => pruneAudit(objects, { deployment, retentionDays: 30, now: new Date(now) });

    assert.deepEqual(await prune('2026-02-20T00:00:00Z'), []);
    assert.deepEqual(await prune('2027-01-01T00:00:00Z'), ['2026-01']);
    assert.deepEqual(await because(), [], 'what retention took is no damage');
  });

  it('says so at the end when it could not be written, and disturbs nothing before', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    const writer = openWriter(folder, { id: 'run-1' });
    writer.record(call(1));
    writer.record(call(2));

    await assert.rejects(writer.close(0), HistoryError);
  });

  it('puts whole parts where nothing can be appended, and overwrites none', async () => {
    const objects = openMemoryObjects();
    const sink = openObjectSink(objects, 'a.jsonl');
    await sink.append('1\n');
    await sink.append('2\n');
    await sink.rotate('b.jsonl');
    await sink.append('3\n');
    await sink.close();

    const texts = [...objects.objects].map(([key, body]) => [key, new TextDecoder().decode(body)]);
    assert.deepEqual(texts, [
      ['a.jsonl', '1\n2\n'],
      ['b.jsonl', '3\n'],
    ]);
    const second = openObjectSink(objects, 'a.jsonl');
    await second.append('x\n');
    await assert.rejects(second.close(), HistoryError);
  });
});
