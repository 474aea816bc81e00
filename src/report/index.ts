import type { ScanResult } from '../model/scan-result.ts';
import { renderFindingsCsv, renderVolumesCsv } from './csv.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { ReportOptions } from './options.ts';
import { type PdfOptions, renderPdf } from './pdf.ts';
import { renderSarif } from './sarif.ts';

export interface Format {
  /** Name of the file below the output folder. */
  readonly fileName: string;
  readonly mediaType: string;
  readonly render: (result: ScanResult, options: ReportOptions, pdf?: PdfOptions) => string | Promise<Buffer>;
}

/** The catalogue of outputs: one file of code each, all from the same result. */
export const formats = {
  json: { fileName: 'result.json', mediaType: 'application/json', render: renderJson },
  html: { fileName: 'report.html', mediaType: 'text/html', render: renderHtml },
  pdf: { fileName: 'report.pdf', mediaType: 'application/pdf', render: renderPdf },
  csv: { fileName: 'findings.csv', mediaType: 'text/csv', render: renderFindingsCsv },
  'csv-volumes': { fileName: 'volumes.csv', mediaType: 'text/csv', render: renderVolumesCsv },
  markdown: { fileName: 'report.md', mediaType: 'text/markdown', render: renderMarkdown },
  sarif: { fileName: 'report.sarif', mediaType: 'application/sarif+json', render: renderSarif },
  junit: { fileName: 'junit.xml', mediaType: 'application/xml', render: renderJunit },
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof formats;
