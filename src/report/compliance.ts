import Handlebars from 'handlebars';
import { pageRule } from './html.ts';
import type { ReportOptions } from './options.ts';
import { loadTemplates } from './templates.ts';
import type { ComplianceReport } from './view/compliance/build-compliance.ts';
import type { ComplianceRow } from './view/compliance/row.ts';
import { buildFormats } from './view/formats.ts';
import { visibleText } from './view/visible-text.ts';

/** What needs somebody comes first. */
const order: readonly ComplianceRow['state'][] = ['look', 'not assessed', 'right'];

/** One offline file, and the page that the PDF is printed from. */
export function renderComplianceHtml(report: ComplianceReport, options: ReportOptions): string {
  const { compliance, styles } = loadTemplates();
  return compliance({
    title: visibleText(options.title ?? 'Compliance report'),
    takenAt: buildFormats(options).dateTime(report.takenAt),
    timeZone: options.timeZone,
    scanId: report.scanId,
    chapters: report.chapters.map(({ title, rows }) => ({
      title,
      sums: sumsOf(rows),
      rows: rows
        .toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
        .map((row) => ({
          where: visibleText(row.where),
          what: visibleText(row.what),
          state: row.state === 'look' ? 'to look at' : row.state,
          style: row.state === 'not assessed' ? 'unread' : row.state,
          says: visibleText(row.says),
        })),
    })),
    styles: new Handlebars.SafeString(`${styles}${pageRule(options.paper)}`),
  });
}

function sumsOf(rows: readonly ComplianceRow[]): string {
  if (rows.length === 0) return 'There is nothing of this kind.';
  const count = (state: ComplianceRow['state']) => rows.filter((row) => row.state === state).length;
  return `${count('right')} right, ${count('look')} to look at, ${count('not assessed')} not assessed.`;
}
