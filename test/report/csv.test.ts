import assert from 'node:assert/strict';
import { renderFindingsCsv, renderVolumesCsv, toCell } from '../../src/report/csv.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { makeRichResult } from '../support/make-result.ts';

describe('[U] report/csv', () => {
  for (const [value, cell] of [
    ['=1+1', '"\'=1+1"'],
    ['  =1+1', '"\'  =1+1"'],
    ['+49 30', '"\'+49 30"'],
    ['-2', '"\'-2"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    ['＝1', '"\'＝1"'],
    ['\tx', '"\'\tx"'],
    ['say "hi", ok', '"say ""hi"", ok"'],
    ['two\nlines', '"two\nlines"'],
    ['plain/name', 'plain/name'],
    [-5, '-5'],
    [0, '0'],
    [undefined, ''],
  ] as const) {
    it(`writes ${JSON.stringify(value)} as ${JSON.stringify(cell)}`, () => assert.equal(toCell(value), cell));
  }

  it('has one row for every finding and every volume, each as wide as the header', () => {
    const result = makeRichResult();

    const findings = parseCsv(renderFindingsCsv(result));
    const volumes = parseCsv(renderVolumesCsv(result));

    assert.equal(findings.length, result.findings.length + 1);
    assert.equal(volumes.length, result.usage.volumes.length + 1);
    for (const rows of [findings, volumes]) for (const row of rows) assert.equal(row.length, rows[0]?.length);
  });

  it('starts no cell with a formula, whatever the names are', () => {
    const rows = parseCsv(renderFindingsCsv(makeRichResult()));

    assert.ok(hostileStrings.some((text) => rows.flat().some((cell) => cell.includes(text))));
    for (const cell of rows.flat()) assert.doesNotMatch(cell, /^\s*[=+@＝＋＠]/u);
  });

  it('leaves unknown bytes empty instead of writing 0', () => {
    const result = makeRichResult();
    const [header = [], ...rows] = parseCsv(renderFindingsCsv(result));
    const column = header.indexOf('reclaimable_bytes');

    rows.forEach((row, index) => {
      assert.equal(row[column], result.findings[index]?.bytes.reclaimable?.toString() ?? '');
    });
  });
});

/** RFC 4180, as a reader would take it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const line of text.matchAll(/((?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*)\r\n/g))
    rows.push(
      [...(line[1] ?? '').matchAll(/(?:^|,)("(?:[^"]|"")*"|[^",]*)/g)].map(([, cell = '']) =>
        cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
      ),
    );
  return rows;
}
