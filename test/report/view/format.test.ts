import assert from 'node:assert/strict';
import { daysBetween, formatDateTime, formatDuration } from '../../../src/report/view/format-date.ts';
import { buildFormats } from '../../../src/report/view/formats.ts';
import { visibleText, withVisibleText } from '../../../src/report/view/visible-text.ts';

describe('[U] report/view formatting', () => {
  const { bytes: formatBytes, plural } = buildFormats({ locale: 'en', timeZone: 'UTC' });

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

  const written: readonly (readonly [locale: string, texts: readonly string[]])[] = [
    ['en', ['1,234.5', '1,000 GiB', '0.90 EUR', '2026-11-24', '2026-11-24 05:00']],
    ['de', ['1.234,5', '1.000 GiB', '0,90 EUR', '24.11.2026', '24.11.2026, 05:00']],
    ['en-US', ['1,234.5', '1,000 GiB', '0.90 EUR', 'Nov 24, 2026', 'Nov 24, 2026, 5:00 AM']],
    ['fr', ['1 234,5', '1 000 GiB', '0,90 EUR', '24 nov. 2026', '24 nov. 2026, 05:00']],
  ];
  for (const [locale, texts] of written) {
    it(`writes numbers, amounts, money and days as in ${locale}`, () => {
      const { number, bytes, money, date, dateTime } = buildFormats({ locale, timeZone: 'Asia/Kolkata' });
      const at = '2026-11-23T23:30:00Z';

      const told = [
        number(1234.5),
        bytes(1000 * 2 ** 30),
        money({ perMonth: 0.9, currency: 'EUR' }),
        date(at),
        dateTime(at),
      ];

      assert.deepEqual(
        told.map((text) => text.replaceAll(/[\u00a0\u202f]/g, ' ')),
        texts,
      );
    });
  }

  it('an unknown amount or day is a word in every locale', () => {
    const { bytes, date, longDateTime } = buildFormats({ locale: 'de', timeZone: 'UTC' });

    assert.deepEqual([bytes(undefined), date(undefined), longDateTime('yesterday')], ['unknown', 'unknown', 'unknown']);
  });

  it('shows characters that hide or turn text, and leaves other scripts and emoji alone', () => {
    assert.equal(visibleText('invoice\u202egpj.exe'), 'invoice[U+202E]gpj.exe');
    assert.equal(visibleText('a\u0000b\ud800'), 'a[U+0000]b[U+D800]');
    assert.equal(visibleText('数据库 Документы 👩‍💻 שלום'), '数据库 Документы 👩‍💻 שלום');
  });

  it('makes every text of a result visible, keys too, and shares what needs nothing', () => {
    const plain = { name: 'media', tags: ['a', 'é'] };
    const raw = { deep: [{ 'k\u200b': { names: ['x', 'a\u202eb'] } }], plain, none: null, count: 2 };

    const shown = withVisibleText(raw);

    assert.deepEqual(shown, { deep: [{ 'k[U+200B]': { names: ['x', 'a[U+202E]b'] } }], plain, none: null, count: 2 });
    assert.equal(shown.plain, plain);
    assert.equal(raw.deep[0]?.['k\u200b']?.names[1], 'a\u202eb');
  });
});
