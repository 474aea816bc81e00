import { type ComponentSum, type RuleResult, sumByComponent } from '../model/validation.ts';
import { terminalText } from '../util/terminal-text.ts';
import { wrapText } from '../util/wrap-text.ts';
import { formatTable } from './table.ts';

const statuses = ['failed', 'warned', 'errored', 'notAssessed', 'passed'] as const satisfies RuleResult['status'][];

const words: Readonly<Record<RuleResult['status'], string>> = {
  passed: 'passed',
  warned: 'warning',
  failed: 'FAILED',
  notAssessed: 'not assessed',
  errored: 'error',
};

export interface RulePrint {
  readonly showsPassed: boolean;
  readonly disabled: readonly string[];
  readonly width: number | undefined;
}

/** The worst first; each rule once, with what is wrong where and what to do. Sums per component at the end. */
export function printRules(rows: readonly RuleResult[], { showsPassed, disabled, width }: RulePrint): string {
  const shown = statuses
    .filter((status) => showsPassed || status !== 'passed')
    .flatMap((status) => [...Map.groupBy(withStatus(rows, status), ({ rule }) => rule).values()]);
  const blocks = shown.map((own) => printRule(own, width));
  const clean = rows.length === 0 ? 'No rule is about that.\n' : 'No rule is broken, and all of them were assessed.\n';
  return [
    ...(blocks.length === 0 ? [clean] : blocks),
    ...(rows.length === 0 ? [] : [formatTable(sumByComponent(rows), sumColumns, width)]),
    ...(disabled.length === 0 ? [] : [wrapText(terminalText(`Off in config: ${disabled.join(', ')}`), width)]),
  ].join('\n');
}

function withStatus(rows: readonly RuleResult[], status: RuleResult['status']): RuleResult[] {
  return rows.filter((row) => row.status === status);
}

/** Results of one rule with the same status, from all its scopes. */
function printRule(rows: readonly RuleResult[], width: number | undefined): string {
  const [first] = rows;
  if (first === undefined) return '';
  const { rule, status, severity, title, remediation } = first;
  const grade = status === 'failed' || status === 'warned' ? `, ${severity}` : '';
  const line = (text: string, indent: string) => wrapText(terminalText(text), width, indent);
  return [
    line(`${words[status]}: ${rule}${grade}`, ''),
    line(title, '  '),
    ...detailsOf(rows).map((text) => `  - ${line(text, '    ').trimStart()}`),
    ...(first.problems.length === 0 ? [] : [line(`To do: ${remediation.text}`, '  ')]),
    ...rows.flatMap((row) => row.problems.flatMap(({ example }) => (example === undefined ? [] : [toCode(example)]))),
  ].join('');
}

/** As it is, so that it can be copied. */
function toCode(example: string): string {
  return example
    .split('\n')
    .map((each) => `    ${terminalText(each)}\n`)
    .join('');
}

function detailsOf(rows: readonly RuleResult[]): readonly string[] {
  const problems = rows.flatMap((row) =>
    row.problems.map(({ resource: { source, kind, namespace, name }, why }) => {
      const place = namespace === undefined ? '' : `${namespace}/`;
      return `${source} ${kind} ${place}${name}: ${why}`;
    }),
  );
  const undecided = rows.filter(({ status }) => status === 'notAssessed' || status === 'errored');
  const reasons = Map.groupBy(undecided, ({ because = 'the reason was not recorded' }) => because);
  const passed = rows
    .filter(({ status }) => status === 'passed')
    .map(({ scope, judged }) => `${scope}: ${judged} seen`);
  return [
    ...problems,
    ...[...reasons].map(([because, own]) => `${own.map(({ scope }) => scope).join(', ')}: ${because}`),
    ...passed,
  ];
}

const sumColumns = [
  { title: 'COMPONENT', value: ({ component }: ComponentSum) => component },
  ...(['passed', 'warned', 'failed', 'notAssessed', 'errored'] as const).map((status) => ({
    title: words[status].toUpperCase(),
    value: (sum: ComponentSum) => String(sum[status]),
    align: 'right' as const,
  })),
];
