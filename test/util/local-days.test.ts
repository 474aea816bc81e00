import assert from 'node:assert/strict';
import { daysOf, lastSpan } from '../../src/util/local-days.ts';
import { daySpan, describePeriod } from '../../src/util/period-words.ts';

const week = 7 * 86_400_000;
const hour = 3_600_000;

describe('[U] util/local-days', () => {
  for (const [what, now, from, to] of [
    ['over the end of summer time', '2026-10-26T06:00:00Z', '2026-10-18T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['over its beginning', '2026-03-30T05:00:00Z', '2026-03-22T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['in an ordinary week', '2026-11-23T05:00:00Z', '2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
  ] as const) {
    it(`covers seven whole days of the zone ${what}`, () => {
      const span = lastSpan(new Date(now), week, 'Europe/Berlin');

      assert.deepEqual(span, { from, to });
      assert.equal(daysOf(span, 'Europe/Berlin').length, 7);
    });
  }

  it('is the same when it is asked again later that day', () => {
    const early = lastSpan(new Date('2026-10-25T23:00:00Z'), week, 'Europe/Berlin');

    assert.deepEqual(lastSpan(new Date('2026-10-26T22:59:59Z'), week, 'Europe/Berlin'), early);
  });

  it('ends with the last full hour when it is no number of days', () => {
    assert.deepEqual(lastSpan(new Date('2026-10-26T06:41:00Z'), 12 * hour, 'Europe/Berlin'), {
      from: '2026-10-25T18:00:00.000Z',
      to: '2026-10-26T06:00:00.000Z',
    });
  });
});

describe('[U] util/period-words', () => {
  const span = { from: '2026-10-18T22:00:00.000Z', to: '2026-10-25T23:00:00.000Z' };
  const whole = { ...span, scans: 7, days: 7, scannedDays: 7, missingDays: [], incompleteScans: 0 };
  const scansOf = (rest: object) => describePeriod({ ...whole, ...rest }, 'Europe/Berlin').scans;

  it('names the first and the last day, the week and the zone', () => {
    assert.equal(describePeriod(whole, 'Europe/Berlin').dates, '2026-10-19 to 2026-10-25 (week 43, Europe/Berlin)');
    assert.equal(describePeriod(whole, 'UTC').dates, '2026-10-18 to 2026-10-25 (weeks 42–43, UTC)');
  });

  it('names one day once', () => {
    assert.equal(daySpan({ from: '2026-10-25T01:00:00Z', to: '2026-10-25T01:00:00Z' }, 'UTC'), '2026-10-25');
  });

  it('says how many nights were scanned, and which were not', () => {
    assert.equal(scansOf({}), '7 of 7 scans');
    assert.equal(
      scansOf({ scans: 6, scannedDays: 6, missingDays: ['2026-10-22'], incompleteScans: 1 }),
      '6 of 7 scans; none on 2026-10-22; 1 incomplete',
    );
    assert.equal(scansOf({ scans: 28 }), '28 scans on 7 of 7 days');
  });
});
