import type { IgnoreRule } from '../model/options.ts';
import type { CheckOutcome } from '../model/scan-result.ts';
import type { PlacedMark } from './marks.ts';

/** Whether the check left something unsaid that the rule might have matched. */
export function couldMatch({ check, source, kind }: IgnoreRule, outcome: CheckOutcome): boolean {
  if (check !== undefined && check !== outcome.id) return false;
  if (source !== undefined && !concerns(outcome.scope, source)) return false;
  return isUnsaid(outcome) || outcome.undecided.some((one) => kind === undefined || kind === one.kind);
}

/** Whether the check left something unsaid about the marked object. */
export function isUnjudged(
  { source, kind, label }: Pick<PlacedMark, 'source' | 'kind' | 'label'>,
  outcome: CheckOutcome,
): boolean {
  if (!concerns(outcome.scope, source)) return false;
  return isUnsaid(outcome) || outcome.undecided.some((one) => one.kind === kind && one.name === label);
}

function isUnsaid({ status }: CheckOutcome): boolean {
  return status === 'notAssessed' || status === 'errored';
}

/** A backend, `backend/<cluster>/<driver>@<nas>`, concerns both of its sides. */
function concerns(scope: string, source: string): boolean {
  if (!scope.startsWith('backend/')) return scope === source;
  const name = source.slice(source.indexOf('/') + 1);
  return source.startsWith('nas/') ? scope.endsWith(`@${name}`) : scope.startsWith(`backend/${name}/`);
}
