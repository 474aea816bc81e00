import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '../../src/model/logger.ts';
import { findExpired, keepDatedCopy } from '../../src/run/dated-copies.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const night = (day: number) => `202611${String(day).padStart(2, '0')}T020000Z-1a2b3c4d`;
const finishedAt = (day: number) => `2026-11-${String(day).padStart(2, '0')}T02:03:00Z`;
const now = Date.parse(finishedAt(25));

describe('[U] run/dated-copies', () => {
  const scratch = useTemporaryFolder();

  function folderOf(name: string): string {
    const dir = scratch.file(name);
    mkdirSync(dir);
    writeFileSync(join(dir, 'result.json'), `of ${name}`);
    writeFileSync(join(dir, 'report.html'), '<p>');
    return dir;
  }

  const keepNight = (dir: string, day: number, keep: { count: number; days: number }) => {
    const files = ['result.json', 'report.html'].map((file) => join(dir, file));
    return keepDatedCopy(dir, files, { id: night(day), finishedAt: finishedAt(day) }, keep, silentLogger);
  };

  it('the files of a scan lie below its id, beside the newest ones', async () => {
    const dir = folderOf('one');

    await keepNight(dir, 25, { count: 30, days: 30 });

    assert.deepEqual(readdirSync(dir).toSorted(), ['dated', 'report.html', 'result.json']);
    assert.deepEqual(readdirSync(join(dir, 'dated', night(25))).toSorted(), ['report.html', 'result.json']);
    assert.equal(readFileSync(join(dir, 'dated', night(25), 'result.json'), 'utf8'), 'of one');
  });

  it('what is neither among the newest nor young enough goes, and nothing else', async () => {
    const dir = folderOf('many');
    mkdirSync(join(dir, 'dated', 'mine'), { recursive: true });

    for (const day of [1, 2, 3, 24, 25]) await keepNight(dir, day, { count: 2, days: 23 });

    assert.deepEqual(readdirSync(join(dir, 'dated')).toSorted(), [night(3), night(24), night(25), 'mine']);
  });

  it('0 and 0 makes no copy', async () => {
    const dir = folderOf('none');

    await keepNight(dir, 25, { count: 0, days: 0 });

    assert.deepEqual(readdirSync(dir).toSorted(), ['report.html', 'result.json']);
  });

  it('a copy that could not be finished leaves nothing behind', async () => {
    const dir = folderOf('cut');
    const files = [join(dir, 'result.json'), join(dir, 'gone.pdf')];

    await assert.rejects(
      keepDatedCopy(dir, files, { id: night(25), finishedAt: finishedAt(25) }, { count: 1, days: 1 }, silentLogger),
      { code: 'ENOENT' },
    );
    assert.deepEqual(readdirSync(join(dir, 'dated')), []);
  });

  const cases: readonly (readonly [what: string, keep: { count: number; days: number }, expired: readonly number[]])[] =
    [
      ['by number alone', { count: 2, days: 0 }, [1, 10]],
      ['by age alone', { count: 0, days: 10 }, [1, 10]],
      ['exactly as old as may be stays', { count: 0, days: 24 }, []],
      ['a clock that jumps leaves the newest', { count: 4, days: 1 }, []],
    ];
  for (const [what, keep, expired] of cases) {
    it(`removes copies ${what}`, () => {
      const nowMs = what.startsWith('exactly') ? Date.parse('2026-11-25T02:00:00Z') : now;
      assert.deepEqual(findExpired([25, 24, 10, 1].map(night), keep, nowMs), expired.map(night));
    });
  }
});
