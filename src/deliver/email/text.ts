import type { MailView } from './build.ts';

/** The plain body: the same summary as the HTML one. */
export function formatText(view: MailView): string {
  const lines = [
    view.heading,
    view.sentence,
    '',
    `Scan of ${view.date}`,
    ...(view.period === '' ? [] : [`Period: ${view.period}`]),
    '',
    ...view.counts.map(({ name, value }) => `${name}: ${value}`),
    `By severity: ${view.severities}`,
    ...block('Please note', view.remarks),
    ...block('Not assessed', [
      ...view.notAssessed.map(({ what, because }) => `${what}: ${because}`),
      ...(view.moreNotAssessed > 0 ? [`and ${view.moreNotAssessed} more in the full report`] : []),
    ]),
    ...block(
      'Pools',
      view.pools.map(({ name, used, percent, status }) => `${name}: ${used} (${percent}), ${status}`),
    ),
    ...block('Findings, worst first', [...view.findings.map(formatFinding), ...moreOf(view)]),
    '',
    view.footer,
  ];
  return `${lines.join('\n')}\n`;
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `- ${line}`)];
}

function formatFinding({ severity, check, name, owner, bytes, why, state }: MailView['findings'][number]): string {
  const extra = [owner, bytes, state].filter((text) => text !== '').join(', ');
  return `${severity} ${check}: ${name} (${extra}). ${why}`;
}

function moreOf({ more }: MailView): readonly string[] {
  return more === 0 ? [] : [`and ${more} more in the full report`];
}
