import assert from 'node:assert/strict';
import { formatBytes } from '../../../src/report/view/format-bytes.ts';
import { daysBetween, formatDateTime, formatDuration, plural } from '../../../src/report/view/format-date.ts';
import { visibleText } from '../../../src/report/view/visible-text.ts';

describe('[U] report/view formatting', () => {
  for (const [bytes, text] of [
    [undefined, 'unknown'],
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [687_194_767_360, '640 GiB'],
    [1_319_413_953_331, '1.2 TiB'],
    [2 ** 40 - 1, '1 TiB'],
    [1000 * 2 ** 30, '1,000 GiB'],
    [1023.6 * 2 ** 30, '1 TiB'],
    [12.34 * 2 ** 30, '12.3 GiB'],
  ] as const) {
    it(`writes ${bytes} bytes as ${text}`, () => assert.equal(formatBytes(bytes), text));
  }

  it('shows a date in the zone of the report, on both sides of a change to summer time', () => {
    assert.equal(formatDateTime('2026-03-29T00:59:00Z', 'Europe/Berlin'), '2026-03-29 01:59');
    assert.equal(formatDateTime('2026-03-29T01:00:00Z', 'Europe/Berlin'), '2026-03-29 03:00');
    assert.equal(formatDateTime('2026-11-23T23:30:00Z', 'Asia/Kolkata'), '2026-11-24 05:00');
  });

  it('calls a date that is absent or unreadable unknown', () => {
    assert.equal(formatDateTime(undefined, 'UTC'), 'unknown');
    assert.equal(formatDateTime('yesterday', 'UTC'), 'unknown');
    assert.equal(daysBetween('yesterday', 0), undefined);
  });

  it('counts one day as one day', () => {
    assert.equal(plural(1, 'day'), '1 day');
    assert.equal(plural(0, 'day'), '0 days');
    assert.equal(formatDuration(25 * 3_600_000), '25 hours');
    assert.equal(formatDuration(0), 'less than a second');
  });

  it('shows characters that hide or turn text, and leaves other scripts and emoji alone', () => {
    assert.equal(visibleText('invoice\u202egpj.exe'), 'invoice[U+202E]gpj.exe');
    assert.equal(visibleText('a\u0000b\ud800'), 'a[U+0000]b[U+D800]');
    assert.equal(visibleText('数据库 Документы 👩‍💻 שלום'), '数据库 Документы 👩‍💻 שלום');
  });
});
