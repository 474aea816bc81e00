import assert from 'node:assert/strict';
import { pickDaily } from '../../src/history/daily-scans.ts';
import { dayNamer } from '../../src/util/local-days.ts';

const utc = dayNamer('UTC');

function pick(scans: readonly (readonly [id: string, at: string, kind?: 'incomplete' | 'narrowed'])[]) {
  const committed = scans.map(([id, at, kind]) => ({
    id,
    runId: id,
    deployment: 'main',
    startedAt: `2026-11-${at}:00:00.000Z`,
    finishedAt: '',
    complete: kind !== 'incomplete',
    filters: kind === 'narrowed' ? ['namespace web'] : [],
  }));
  return pickDaily(committed, utc).map(({ id }) => id);
}

describe('[U] history/daily-scans', () => {
  it('picks the last scan of each day', () => {
    assert.deepEqual(pick([]), []);
    assert.deepEqual(
      pick([
        ['a', '01T00'],
        ['b', '01T23'],
        ['c', '02T00'],
        ['d', '04T12'],
      ]),
      ['b', 'c', 'd'],
    );
  });

  it('keeps the last complete and whole one, and what came after it that day', () => {
    assert.deepEqual(
      pick([
        ['a', '01T01'],
        ['b', '01T02'],
        ['c', '01T03', 'incomplete'],
      ]),
      ['b', 'c'],
    );
    assert.deepEqual(
      pick([
        ['a', '01T01'],
        ['b', '01T02', 'narrowed'],
        ['c', '01T03', 'incomplete'],
      ]),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(
      pick([
        ['a', '01T01', 'incomplete'],
        ['b', '01T02'],
      ]),
      ['b'],
    );
  });

  it('keeps every scan of a day that has no complete one', () => {
    assert.deepEqual(
      pick([
        ['a', '01T01', 'incomplete'],
        ['b', '01T02', 'narrowed'],
        ['c', '02T01'],
      ]),
      ['a', 'b', 'c'],
    );
  });

  it('tells the day as a number, in the calendar of the zone', () => {
    const scan = { id: 'a', runId: 'a', deployment: 'main', finishedAt: '', complete: true, filters: [] };
    const at = { ...scan, startedAt: '2026-10-25T23:30:00.000Z' };
    assert.deepEqual(pickDaily([at], utc), [{ id: 'a', isWhole: true, day: Date.UTC(2026, 9, 25) / 86_400_000 }]);
    assert.equal(pickDaily([at], dayNamer('Europe/Berlin'))[0]?.day, Date.UTC(2026, 9, 26) / 86_400_000);
    assert.equal(pickDaily([{ ...at, filters: ['x'] }], utc)[0]?.isWhole, false);
  });
});
