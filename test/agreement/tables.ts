import { bySeverity, type Counts } from './said-by.ts';

/** RFC 4180: rows as records by the header. */
export function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') rows.push([]);
  }
  const [header = [], ...records] = rows.filter((row) => row.length > 0);
  return records.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index] ?? ''])));
}

/** From rows of findings, ignored and resolved ones among them. */
export function countsOfRows(rows: readonly Readonly<Record<string, string>>[]): Counts {
  const present = rows.filter(({ change }) => change !== 'resolved');
  const open = present.filter(({ ignored_by: rule }) => rule === '');
  const count = (column: string, value: string) => open.filter((row) => row[column] === value).length;
  return {
    open: open.length,
    confirmed: count('confirmation', 'confirmed'),
    unconfirmed: count('confirmation', 'unconfirmed'),
    new: count('change', 'new'),
    resolved: rows.length - present.length,
    ignored: present.length - open.length,
    bySeverity: bySeverity((severity) => count('severity', severity)),
    reclaimableBytes: open.reduce((sum, { reclaimable_bytes: bytes }) => sum + Number(bytes), 0),
  };
}
