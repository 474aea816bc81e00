import type { CheckId } from '../../model/finding.ts';
import type { CheckOutcome, ScanResult } from '../../model/scan-result.ts';
import { checkTexts } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import { formatScope } from './words.ts';

/** Every check with what became of it, over all its scopes. */
export function buildChecks({ result, medium }: ViewContext) {
  const byCheck = Map.groupBy(result.checks, (outcome) => outcome.id);
  const rows = [...byCheck].map(([id, outcomes]) => toRow(id, outcomes));
  const undecided = result.checks.flatMap((outcome) =>
    outcome.undecided.map((item) => ({
      title: checkTexts[outcome.id].title,
      scope: formatScope(outcome.scope),
      kind: item.kind,
      name: item.name,
      because: item.because,
    })),
  );
  return {
    rows,
    totals: countStatuses(result.checks),
    configuration: configurationNote(result.validation),
    missing: result.checks.filter(isMissing).map((outcome) => ({
      title: checkTexts[outcome.id].title,
      id: outcome.id,
      scope: formatScope(outcome.scope),
      word: outcome.status === 'errored' ? 'failed' : 'not assessed',
      because: outcome.because ?? 'reason not recorded',
    })),
    undecided: undecided.slice(0, medium.undecided),
    undecidedTotal: undecided.length,
    undecidedLeftOut: Math.max(0, undecided.length - medium.undecided),
  };
}

function toRow(id: CheckId, outcomes: readonly CheckOutcome[]) {
  const totals = countStatuses(outcomes);
  return {
    id,
    title: checkTexts[id].title,
    ...totals,
    count: outcomes.reduce((sum, outcome) => sum + outcome.count, 0),
    undecided: outcomes.reduce((sum, outcome) => sum + outcome.undecided.length, 0),
    verdict: verdictOf(totals),
  };
}

type Totals = ReturnType<typeof countStatuses>;

function countStatuses(outcomes: readonly CheckOutcome[]) {
  const count = (status: CheckOutcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  return {
    passed: count('passed'),
    found: count('found'),
    notAssessed: count('notAssessed'),
    errored: count('errored'),
    scopes: outcomes.length,
  };
}

function verdictOf({ found, notAssessed, errored, scopes }: Totals) {
  if (errored > 0) return { key: 'errored', word: 'failed' };
  if (notAssessed === scopes) return { key: 'missing', word: 'not assessed' };
  if (notAssessed > 0) return { key: 'missing', word: 'in part' };
  if (found > 0) return { key: 'found', word: 'found' };
  return { key: 'passed', word: 'passed' };
}

function isMissing(outcome: CheckOutcome): boolean {
  return outcome.status === 'notAssessed' || outcome.status === 'errored';
}

/** One line for page one; the chapter has the rest. */
function configurationNote({ state, results }: ScanResult['validation']): string {
  if (state === 'notYet') return 'Configuration checks: none in this result.';
  const count = (status: string) => results.filter((row) => row.status === status).length;
  const open = count('notAssessed') + count('errored');
  return `Configuration rules: ${count('passed')} passed, ${count('failed')} failed, ${count('warned')} with warnings, ${open} not assessed.`;
}
