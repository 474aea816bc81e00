import type { CheckOutcome, ScanResult } from '../model/scan-result.ts';
import type { RuleResult } from '../model/validation.ts';
import { checkTexts } from './view/check-texts.ts';
import { withVisibleText } from './view/visible-text.ts';

interface Case {
  readonly suite: string;
  readonly id: string;
  readonly scope: string;
  readonly title: string;
  readonly outcome: Outcome;
}

type Outcome =
  | { readonly kind: 'passed' | 'skipped' | 'error'; readonly text: string }
  | { readonly kind: 'failure'; readonly text: string; readonly severity: string };

/**
 * JUnit XML: one case per check or rule and scope. Open findings and broken rules of severity HIGH or CRITICAL are failures,
 * milder ones are printed in a passed case; what was not assessed is skipped, with its reason.
 */
export function renderJunit(raw: ScanResult): string {
  const result = withVisibleText(raw);
  const cases = [
    ...result.checks.map((outcome) => ofCheck(outcome, result)),
    ...result.validation.results.map((row) => ofRule(row)),
  ];
  const suites = [...Map.groupBy(cases, ({ suite }) => suite)].map(([name, own]) => {
    const lines = own.map((one) => `    ${toElement(one)}`);
    return `  <testsuite name="${xml(name)}" ${countsOf(own)} timestamp="${xml(result.scan.startedAt)}">\n${lines.join('\n')}\n  </testsuite>`;
  });
  const head = '<?xml version="1.0" encoding="UTF-8"?>';
  return `${head}\n<testsuites name="strandline" ${countsOf(cases)}>\n${suites.join('\n')}\n</testsuites>\n`;
}

function ofCheck({ id, scope, status, because }: CheckOutcome, { findings }: ScanResult): Case {
  const own = findings.filter(
    (finding) =>
      finding.check === id &&
      finding.scope === scope &&
      finding.change !== 'resolved' &&
      finding.ignoredBy === undefined,
  );
  const lines = own.map(({ severity, resource, why }) => ({
    severity,
    text: `${resource.kind} ${resource.name}: ${why}`,
  }));
  return { suite: 'orphans', id, scope, title: checkTexts[id].title, outcome: outcomeOf(status, because, lines) };
}

function ofRule({ rule, scope, status, because, title, component, severity, problems, remediation }: RuleResult): Case {
  const lines = problems.map(({ resource, why }) => ({ severity, text: `${resource.kind} ${resource.name}: ${why}` }));
  const outcome = outcomeOf(status, because, lines, remediation.text);
  return { suite: `validation.${component}`, id: rule, scope, title, outcome };
}

type Line = { readonly severity: string; readonly text: string };

function outcomeOf(status: string, because: string | undefined, lines: readonly Line[], remedy?: string): Outcome {
  const text = [...lines.map((line) => `${line.severity} ${line.text}`), ...(remedy ? [remedy] : [])].join('\n');
  if (status === 'errored') return { kind: 'error', text: because ?? 'it failed' };
  if (status === 'notAssessed') return { kind: 'skipped', text: because ?? 'not assessed' };
  const worst =
    lines.find(({ severity }) => severity === 'CRITICAL') ?? lines.find(({ severity }) => severity === 'HIGH');
  if (worst !== undefined) return { kind: 'failure', severity: worst.severity, text };
  return { kind: 'passed', text: lines.length === 0 ? '' : text };
}

function toElement({ suite, id, scope, title, outcome }: Case): string {
  const open = `<testcase classname="${xml(suite)}" name="${xml(`${id} (${scope})`)}"`;
  return outcome.text === '' ? `${open}/>` : `${open}>${inner(outcome, title)}</testcase>`;
}

function inner(outcome: Outcome, title: string): string {
  if (outcome.kind === 'failure')
    return `<failure type="${outcome.severity}" message="${xml(title)}">${xml(outcome.text)}</failure>`;
  if (outcome.kind === 'passed') return `<system-out>${xml(outcome.text)}</system-out>`;
  return `<${outcome.kind} message="${xml(outcome.text)}"/>`;
}

function countsOf(cases: readonly Case[]): string {
  const count = (kind: Outcome['kind']) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

/** Control characters, which XML 1.0 cannot hold, were made visible before. */
function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\ufffe\uffff]/g, '?');
}
