import { type ComponentSum, type RuleResult, sumByComponent } from '../../model/validation.ts';
import type { ViewContext } from './context.ts';
import { formatScope, severityRank, severityViews } from './words.ts';

const componentTitles: Readonly<Record<ComponentSum['component'], string>> = {
  storageClass: 'StorageClasses and volumes',
  snapshotClass: 'Snapshot classes',
  csi: 'CSI drivers',
  backend: 'Backends on the NAS',
  permissions: 'Rights and keys',
  release: 'Releases',
};

/** Whether storage is set up well: sums per component, then every broken rule with what is wrong where and what to do. */
export function buildValidation({ result, medium }: ViewContext) {
  const { state, results, disabled = [] } = result.validation;
  return {
    isReady: state === 'ready',
    components: sumByComponent(results).map((sum) => ({
      ...sum,
      title: componentTitles[sum.component],
      verdict: verdictOf(sum),
    })),
    broken: byRule(results.filter(({ problems }) => problems.length > 0))
      .sort((a, b) => severityRank[b.first.severity] - severityRank[a.first.severity])
      .map(({ first, rows }) => toBroken(first, rows, medium.groups)),
    missing: byRule(results.filter(({ status }) => status === 'notAssessed' || status === 'errored')).flatMap(
      toMissing,
    ),
    disabled: disabled.join(', '),
  };
}

interface OfRule {
  readonly first: RuleResult;
  readonly rows: readonly RuleResult[];
}

function byRule(results: readonly RuleResult[]): OfRule[] {
  return [...Map.groupBy(results, ({ rule }) => rule).values()].flatMap((rows) => {
    const [first] = rows;
    return first === undefined ? [] : [{ first, rows }];
  });
}

function toBroken({ rule, title, severity, why, remediation }: RuleResult, rows: readonly RuleResult[], most: number) {
  const problems = rows.flatMap((row) => row.problems);
  return {
    rule,
    title,
    severity: severityViews[severity],
    count: problems.length,
    why,
    remedy: remediation.text,
    example: [...new Set(problems.flatMap(({ example }) => example ?? []))].join('\n') || remediation.example,
    problems: problems.slice(0, most).map(({ resource: { source, kind, namespace, name }, why: wrong }) => ({
      name: namespace === undefined ? name : `${namespace}/${name}`,
      place: `${kind} · ${formatScope(source)}`,
      why: wrong,
    })),
    leftOut: Math.max(0, problems.length - most),
  };
}

/** One row per reason: most often it is the same in all scopes. */
function toMissing({ first, rows }: OfRule) {
  return [...Map.groupBy(rows, ({ because = 'reason not recorded' }) => because)].map(([because, own]) => ({
    rule: first.rule,
    title: first.title,
    scopes: own.map(({ scope }) => formatScope(scope)).join(', '),
    because,
  }));
}

function verdictOf({ failed, warned, notAssessed, errored }: ComponentSum) {
  if (errored > 0) return { key: 'errored', word: 'failed to run' };
  if (failed > 0) return { key: 'errored', word: 'broken' };
  if (warned > 0) return { key: 'found', word: 'warnings' };
  if (notAssessed > 0) return { key: 'missing', word: 'in part' };
  return { key: 'passed', word: 'passed' };
}
