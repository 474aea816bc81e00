import { Document, visit } from 'yaml';
import type { ScanResult } from '../model/scan-result.ts';
import { renderForTools } from '../run/render-for-tools.ts';
import { type CsvCell, toCsv } from '../util/csv.ts';
import { terminalText } from '../util/terminal-text.ts';
import type { CliIo } from './io.ts';

export const printFormats = ['table', 'json', 'yaml', 'csv'] as const;
/** For commands whose answer is verdicts: what build servers and code scanners read. */
export const toolFormats = ['junit', 'sarif'] as const;
export type PrintFormat = (typeof printFormats)[number] | (typeof toolFormats)[number];

/** One answer in every form in which it can be asked for. */
export interface Answer {
  /** For `json` and `yaml`. */
  readonly data: unknown;
  readonly table: (width: number | undefined) => string;
  readonly csv: { readonly header: readonly string[]; readonly rows: readonly (readonly CsvCell[])[] };
  /** For `junit` and `sarif`: the result with nothing in it but what was asked for. */
  readonly verdicts?: ScanResult;
}

export function printAnswer(io: CliIo, format: PrintFormat, answer: Answer): void {
  io.stdout.write(formatAnswer(format, answer, io.stdout.isTerminal ? (io.stdout.columns ?? 80) : undefined));
}

function formatAnswer(format: PrintFormat, answer: Answer, width: number | undefined): string {
  if (format === 'json') return `${escapeOdd(JSON.stringify(answer.data, null, 2))}\n`;
  if (format === 'yaml') return toYaml(answer.data);
  if (format === 'junit' || format === 'sarif') {
    if (answer.verdicts === undefined) throw new Error(`this command has no ${format}`);
    return renderForTools[format](answer.verdicts);
  }
  if (format === 'csv')
    return toCsv(answer.csv.header, width === undefined ? answer.csv.rows : answer.csv.rows.map(harmless));
  return answer.table(width);
}

/** Characters that JSON and YAML let through as they are, but that a terminal acts upon. */
const odd = /[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;

/** Both forms read `\u009b` in double quotes as the character itself: the data stays the same. */
function escapeOdd(text: string): string {
  return text.replaceAll(odd, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A file keeps every character; a terminal gets none that it would act upon. */
function harmless(row: readonly CsvCell[]): readonly CsvCell[] {
  return row.map((cell) => (typeof cell === 'string' ? terminalText(cell) : cell));
}

function toYaml(data: unknown): string {
  const document = new Document(JSON.parse(JSON.stringify(data)));
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && node.value.search(odd) >= 0) node.type = 'QUOTE_DOUBLE';
    },
  });
  return escapeOdd(document.toString({ lineWidth: 0 }));
}
