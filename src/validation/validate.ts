import type { SourceId } from '../model/collected.ts';
import type { Severity } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Links } from '../model/links.ts';
import type { Judged, Rule, RuleContext, ValidationOptions } from '../model/rule.ts';
import { RuleResult, type RuleStatus, sumByComponent, type Validation } from '../model/validation.ts';
import { defined } from '../util/defined.ts';
import { rules } from './rules/index.ts';
import { listScopes, type Scope } from './scopes.ts';
import { buildView, findMissing } from './view.ts';

/** Every rule at every scope, ours and the user's. Pure: the same inventory and time give the same results. */
export function validate(inventory: Inventory, links: Links, options: ValidationOptions, now: Date): Validation {
  const context: RuleContext = { options, ageMs: ageByOwnClock(inventory, now) };
  const all = [...rules, ...options.userRules];
  const enabled = all.filter(({ meta }) => options.rules[meta.id] !== 'off');
  const results = listScopes(inventory, links).flatMap((scope) =>
    enabled.filter((rule) => concerns(rule, scope)).map((rule) => assess(rule, scope, links, context)),
  );
  return {
    state: 'ready',
    results,
    components: sumByComponent(results),
    disabled: all.filter((rule) => !enabled.includes(rule)).map(({ meta }) => meta.id),
  };
}

/** What a rule of the user answers is not trusted to have the right shape. */
const Answer = RuleResult.pick({ judged: true, problems: true, undecided: true });

function concerns({ meta }: Rule, { kind, backend }: Scope): boolean {
  if (meta.scope !== kind) return false;
  return meta.families === undefined || backend === undefined || meta.families.includes(backend.family);
}

function assess(rule: Rule, scope: Scope, links: Links, context: RuleContext): RuleResult {
  const { meta } = rule;
  const missing = findMissing(meta, scope);
  if (missing.length > 0) return toResult(rule, scope, context, nothing, 'notAssessed', missing.join('; '));
  try {
    const judged = Answer.parse(rule.check(buildView(meta, scope, links), context));
    const status = statusOf(judged, severityOf(rule, context));
    const because = status === 'notAssessed' ? judged.undecided[0]?.because : undefined;
    return toResult(rule, scope, context, judged, status, because);
  } catch (error) {
    const because = `the rule failed: ${error instanceof Error ? error.message : 'unknown error'}`;
    return toResult(rule, scope, context, nothing, 'errored', because);
  }
}

const nothing: Judged = { judged: 0, problems: [], undecided: [] };

function statusOf({ problems, undecided }: Judged, severity: Severity): RuleStatus {
  if (problems.length > 0) return severity === 'HIGH' || severity === 'CRITICAL' ? 'failed' : 'warned';
  return undecided.length > 0 ? 'notAssessed' : 'passed';
}

function toResult(
  rule: Rule,
  scope: Scope,
  context: RuleContext,
  judged: Judged,
  status: RuleStatus,
  because: string | undefined,
): RuleResult {
  const { meta } = rule;
  const docs = context.options.userRules.includes(rule) ? undefined : `docs/rules/${meta.id}.md`;
  return {
    rule: meta.id,
    title: meta.title,
    component: meta.component,
    severity: severityOf(rule, context),
    scope: scope.id,
    status,
    ...(because !== undefined && { because }),
    judged: judged.judged,
    problems: [...judged.problems],
    undecided: [...judged.undecided],
    why: meta.why,
    remediation: { text: meta.remediation, ...defined({ example: meta.example, docs }) },
  };
}

function severityOf({ meta }: Rule, { options }: RuleContext): Severity {
  const wanted = options.rules[meta.id];
  return wanted === undefined || wanted === 'off' ? meta.severity : wanted;
}

function ageByOwnClock({ clusters, nases }: Inventory, now: Date): RuleContext['ageMs'] {
  const skews = new Map<SourceId, number | undefined>([
    ...clusters.map(({ name, clockSkewMs }) => [`cluster/${name}`, clockSkewMs] as const),
    ...nases.map(({ name, clockSkewMs }) => [`nas/${name}`, clockSkewMs] as const),
  ]);
  return (source, at) => {
    const ms = at === undefined ? Number.NaN : Date.parse(at);
    return Number.isNaN(ms) ? undefined : now.getTime() + (skews.get(source) ?? 0) - ms;
  };
}
