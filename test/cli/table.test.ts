import assert from 'node:assert/strict';
import { formatTable } from '../../src/cli/table.ts';
import { formatAge, formatSize } from '../../src/util/format-size.ts';

const columns = [
  { title: 'NAME', value: (row: readonly string[]) => row[0] ?? '', shrinksTo: 8 },
  { title: 'BYTES', value: (row: readonly string[]) => row[1] ?? '', align: 'right' as const },
];

describe('[U] cli/table', () => {
  it('is as wide as it takes when piped', () => {
    const name = 'x'.repeat(300);

    assert.equal(formatTable([[name, '1 B']], columns, undefined), `NAME${' '.repeat(298)}BYTES\n${name}    1 B\n`);
  });

  it('wraps the column that may shrink to the width of a terminal', () => {
    const lines = formatTable([['abcdefghijklmnopqrst', '1 B']], columns, 20)
      .trimEnd()
      .split('\n');

    assert.deepEqual(lines, ['NAME           BYTES', 'abcdefghijklm    1 B', 'nopqrst']);
  });

  it('counts wide characters as two', () => {
    const [head, row] = formatTable([['数据库', '1 B']], columns, undefined).split('\n');

    assert.equal(head, 'NAME    BYTES');
    assert.equal(row, '数据库    1 B');
  });

  const sizes: readonly (readonly [number | undefined, string])[] = [
    [undefined, '–'],
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [1.5 * 2 ** 40, '1.5 TiB'],
    [1023.9 * 2 ** 30, '1 TiB'],
  ];
  for (const [bytes, text] of sizes) it(`shows ${bytes} bytes as ${text}`, () => assert.equal(formatSize(bytes), text));

  it('shows ages in one unit, unknown as a dash', () => {
    assert.deepEqual(
      [
        formatAge(undefined),
        formatAge(Number.NaN),
        formatAge(90_000),
        formatAge(36 * 3_600_000),
        formatAge(72 * 3_600_000),
      ],
      ['–', '–', '1m', '36h', '3d'],
    );
  });
});
