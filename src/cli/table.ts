import Table from 'cli-table3';
import { terminalText } from '../util/terminal-text.ts';

export interface Column<T> {
  readonly title: string;
  readonly value: (row: T) => string;
  readonly align?: 'right';
  /** Narrowest this column may become when the terminal is narrow; without it the column keeps its width. */
  readonly shrinksTo?: number;
}

/**
 * Plain columns, wrapped (never cut) to the width of a terminal; without a terminal as wide as it takes.
 * Cells are made harmless here, and nowhere else.
 */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[], width: number | undefined): string {
  const cells = rows.map((row) => columns.map((column) => terminalText(column.value(row))));
  const table = new Table({
    head: columns.map((column) => column.title),
    colWidths: fitWidths(cells, columns, width),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  table.push(...cells);
  return `${table.toString().replaceAll(/[ \t]+$/gm, '')}\n`;
}

const noBorders = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((place) => [`${side}${place}`, '']),
  ),
);

/** cli-table3 counts padding in. Columns that may shrink share what is missing, the widest first. */
function fitWidths<T>(
  cells: readonly (readonly string[])[],
  columns: readonly Column<T>[],
  width: number | undefined,
): number[] {
  const widths = columns.map(
    (column, index) => 2 + Math.max(displayWidth(column.title), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  let excess = width === undefined ? 0 : widths.reduce((sum, each) => sum + each, 0) - 2 - width;
  while (excess > 0) {
    const widest = columns.reduce<number | undefined>((best, column, index) => {
      const room = (widths[index] ?? 0) - 2 - (column.shrinksTo ?? Number.POSITIVE_INFINITY);
      return room > 0 && (best === undefined || (widths[index] ?? 0) > (widths[best] ?? 0)) ? index : best;
    }, undefined);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** Wide characters of East Asian scripts and emoji take two cells. */
function displayWidth(text: string): number {
  let cells = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    cells +=
      /^(\p{Extended_Pictographic}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6])/u.test(
        segment,
      )
        ? 2
        : 1;
  }
  return cells;
}
