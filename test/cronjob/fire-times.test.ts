import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cron } from 'croner';
import { parse } from 'yaml';

const cronjob = join(import.meta.dirname, '../../cronjob');

function schedule(path: string): { readonly schedule: string; readonly timeZone: string } {
  return (parse(readFileSync(join(cronjob, path), 'utf8')) as { spec: { schedule: string; timeZone: string } }).spec;
}

function fireTimes(expression: string, timezone: string, from: string, to: string): string[] {
  const times = new Cron(expression, { timezone }).nextRuns(200, new Date(from));
  return times.map((time) => time.toISOString()).filter((time) => Date.parse(time) < Date.parse(to));
}

function gapsInHours(times: readonly string[]): Set<number> {
  return new Set(
    times.slice(1).map((time, index) => (Date.parse(time) - Date.parse(times[index] ?? time)) / 3_600_000),
  );
}

const scan = schedule('base/cronjob-scan.yaml');
const report = schedule('components/weekly/cronjob-report.yaml');
const upkeep = schedule('components/upkeep/cronjob-upkeep.yaml');

describe('[U] cronjob/fire-times', () => {
  for (const [change, from, to] of [
    ['spring', '2027-03-14T00:00:00Z', '2027-04-14T00:00:00Z'],
    ['autumn', '2026-10-11T00:00:00Z', '2026-11-11T00:00:00Z'],
  ] as const) {
    it(`the scan as shipped runs once a day, every 24 hours, across the ${change} change`, () => {
      const times = fireTimes(scan.schedule, scan.timeZone, from, to);

      assert.equal(times.length, 31);
      assert.deepEqual([...gapsInHours(times)], [24]);
    });

    it(`at four in the morning in Berlin it runs once on each of 31 days across the ${change} change, too`, () => {
      const times = fireTimes('0 4 * * *', 'Europe/Berlin', from, to);
      const days = times.map((time) => new Date(time).toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' }));

      assert.equal(days.length, 31);
      assert.equal(new Set(days).size, 31);
    });
  }

  it('the zone as shipped has no skipped and no doubled hour, where cron implementations differ', () => {
    const offsets = Array.from(
      { length: 365 },
      (_, day) =>
        new Intl.DateTimeFormat('en', { timeZone: scan.timeZone, timeZoneName: 'longOffset' })
          .formatToParts(new Date(Date.UTC(2027, 0, 1 + day)))
          .find(({ type }) => type === 'timeZoneName')?.value,
    );

    assert.equal(new Set(offsets).size, 1);
  });

  it('the report as shipped runs on Mondays, after the night’s scan', () => {
    const times = fireTimes(report.schedule, report.timeZone, '2027-03-01T00:00:00Z', '2027-04-05T00:00:00Z');

    assert.deepEqual(
      times.map((time) => new Date(time).getUTCDay()),
      [1, 1, 1, 1, 1],
    );
    assert.ok(times.every((time) => time.slice(11, 13) > '02'));
  });

  it('the upkeep as shipped runs once a month, when the month before is over everywhere', () => {
    const times = fireTimes(upkeep.schedule, upkeep.timeZone, '2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z');

    assert.equal(times.length, 12);
    assert.deepEqual(new Set(times.map((time) => time.slice(8, 16))), new Set(['02T05:30']));
  });

  it('knows the line that runs each minute by mistake', () => {
    assert.equal(fireTimes('* */1 * * *', 'Etc/UTC', '2026-11-23T00:00:00Z', '2026-11-23T01:00:00Z').length, 59);
    assert.doesNotMatch(`${scan.schedule} ${report.schedule} ${upkeep.schedule}`, /^\*|\*\/1 /);
  });
});
