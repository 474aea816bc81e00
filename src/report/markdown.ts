import type { ScanResult } from '../model/scan-result.ts';
import { rulesToReview } from '../util/ignore-words.ts';
import { type Medium, print, type ReportOptions } from './options.ts';
import type { AmountView } from './view/formats.ts';
import { buildViewModel, type ReportView } from './view-model.ts';

const medium: Medium = { ...print, detailsPerCheck: 0, volumes: 0 };

/** For a pull request, a ticket or a chat: page one and the findings, without evidence. */
export function renderMarkdown(result: ScanResult, options: ReportOptions): string {
  const view = buildViewModel(result, options, medium);
  const parts = [
    `# ${escapeText(view.title)}: ${view.status.word}`,
    ...buildStatus(view),
    '## What to do first',
    ...buildActions(view),
    '## Pools',
    buildPools(view),
    '## Reclaimable space',
    buildReclaimable(view),
    '## Findings',
    ...view.findings.flatMap((todo) => [`### ${todo.title}`, ...todo.groups.flatMap(buildGroup)]),
    '## Checks',
    `${view.checks.totals.passed} passed, ${view.checks.totals.found} with findings, ${view.checks.totals.notAssessed} not assessed, ${view.checks.totals.errored} failed. ${view.checks.configuration}`,
    `Ignored on request: ${view.ignored.count} findings, ${view.ignored.bytes.text}.`,
    ...rulesToReview(result).map(escapeText),
    `Strandline ${escapeText(view.footer.version)} · scan ${escapeText(view.footer.scanId)} · ${view.footer.scans} · ${view.footer.sections}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function buildStatus({ status, summary }: ReportView): readonly string[] {
  const missing = status.notAssessed.map(
    ({ what, because, remedy }) =>
      `- **${escapeText(what)}**: ${escapeText(because)}${remedy ? ` ${escapeText(remedy)}` : ''}`,
  );
  return [
    ...(status.isIncomplete
      ? [
          `**${status.gap}** Nothing below speaks about what is named here.`,
          ...(missing.length > 0 ? [missing.join('\n')] : []),
        ]
      : []),
    escapeText(status.sentence),
    ...(status.period ? [escapeText(`Report for ${status.period.dates}: ${status.period.scans}.`)] : []),
    `${escapeText(status.takenAt)} (${escapeText(status.timeZone)}). Covers ${escapeText(status.clusters)} and ${escapeText(status.nases)}.${status.history ? ` ${escapeText(status.history)}` : ''}`,
    `${summary.findings} open, ${summary.confirmed} confirmed, ${summary.unconfirmed} unconfirmed, ${summary.new} new, ${summary.resolved} resolved.`,
  ];
}

function buildActions({ actions }: ReportView): readonly string[] {
  if (actions.items.length === 0) return ['Nothing to do.'];
  return [
    actions.items
      .map(
        (item, index) =>
          `${index + 1}. **${item.severity.word}** ${escapeText(item.text)} (${escapeText(item.where)}): ${item.effect}${item.caution ? `, ${item.caution}` : ''}`,
      )
      .join('\n'),
  ];
}

function buildPools({ pools }: ReportView): string {
  return toTable(
    ['Pool', 'Health', 'Usable', 'Used', 'Used %', 'Days to full', 'Overcommit', 'Last scrub'],
    pools.map((pool) => [
      pool.name,
      pool.health.word,
      pool.usable,
      pool.used,
      pool.usedShare.text,
      pool.trend.daysToFull,
      pool.overcommit,
      pool.lastScrub,
    ]),
  );
}

function buildReclaimable({ reclaimable }: ReportView): string {
  const { total } = reclaimable;
  return toTable(
    ['Kind', 'Count', 'Confirmed', 'Unconfirmed', 'Frees'],
    [
      ...reclaimable.rows.map((row) => [row.title, String(row.count), row.confirmed, row.unconfirmed, row.bytes]),
      ['Together', String(total.count), total.confirmed, total.unconfirmed, total.bytes],
    ],
  );
}

type GroupView = ReportView['findings'][number]['groups'][number];

function buildGroup(group: GroupView): readonly string[] {
  const table = toTable(
    ['Severity', 'Claim', 'Object', 'Frees', 'State'],
    group.findings.map((finding) => [
      finding.severity.word,
      finding.decoded.claim,
      `${finding.kind} ${finding.name}`,
      finding.reclaimable,
      finding.isNew ? `${finding.confirmation}, ${finding.change}` : finding.confirmation,
    ]),
  );
  const cut = group.leftOut > 0 ? [`${group.leftOut} more are in report.html and result.json.`] : [];
  return [`#### ${group.title} (${group.count})`, group.means, table, ...cut];
}

function toTable(header: readonly string[], rows: readonly (readonly (string | AmountView)[])[]): string {
  const lines = rows.map((row) => row.map((cell) => escapeText(typeof cell === 'string' ? cell : cell.text)));
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Text of others: nothing in it may become markup, a link or a table cell. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#|!~@]/g, (char) => `\\${char}`)
    .replaceAll(/:\/\//g, '\\://');
}
