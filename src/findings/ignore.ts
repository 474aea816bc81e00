import type { Finding, FindingDraft } from '../model/finding.ts';
import type { IgnoreRule } from '../model/options.ts';
import type { CheckOutcome, IgnoreRuleUse } from '../model/scan-result.ts';
import { endOf, hasEnded } from '../util/until.ts';
import { couldMatch, isUnjudged } from './ignore-reach.ts';
import { isSame, type PlacedMark } from './marks.ts';

const expiresSoonMs = 30 * 24 * 3_600_000;

type IgnoredBy = NonNullable<Finding['ignoredBy']>;

export interface IgnoreBook {
  /** The rule that applies to this finding now, the object's own mark first. */
  ruleFor(draft: FindingDraft): IgnoredBy | undefined;
  /** How every rule was used; call it when all findings were asked. What was not assessed never makes a rule dead. */
  uses(outcomes: readonly CheckOutcome[], marks: readonly PlacedMark[]): IgnoreRuleUse[];
}

export function openIgnoreBook(rules: readonly IgnoreRule[], now: Date): IgnoreBook {
  const matched = new Map<string, number>(rules.map((rule) => [rule.rule, 0]));
  const marked: { readonly rule: IgnoredBy; readonly draft: FindingDraft }[] = [];
  return {
    ruleFor(draft) {
      const mark = draft.ignore === undefined ? undefined : markOf(draft, draft.ignore);
      if (mark !== undefined) {
        marked.push({ rule: mark, draft });
        if (!isExpired(mark.until, now)) return mark;
      }
      const fitting = rules.filter((candidate) => fits(candidate, draft));
      for (const { rule } of fitting) matched.set(rule, (matched.get(rule) ?? 0) + 1);
      const rule = fitting.find(({ until }) => !isExpired(until, now));
      return rule === undefined ? undefined : toIgnoredBy(rule);
    },
    uses: (outcomes, marks) => [
      ...rules.map((rule): IgnoreRuleUse => {
        const count = matched.get(rule.rule) ?? 0;
        const isDead = count === 0 && !outcomes.some((outcome) => couldMatch(rule, outcome));
        return { ...toIgnoredBy(rule), from: 'config', state: stateOf(rule.until, now, isDead), matched: count };
      }),
      ...new Map(marked.map(({ rule, draft }) => [rule.rule, useOf(rule, draft, now)])).values(),
      ...marks
        .filter((mark) => !marked.some(({ draft }) => isFrom(mark, draft)))
        .map(({ source, kind, label, ...mark }): IgnoreRuleUse => {
          const isDead = !outcomes.some((outcome) => isUnjudged({ source, kind, label }, outcome));
          const from = source.startsWith('nas/') ? 'property' : 'object';
          const rule = toIgnoredBy({ rule: `${kind} ${label}`, ...mark });
          return { ...rule, from, state: stateOf(mark.until, now, isDead), matched: 0 };
        }),
    ],
  };
}

function markOf(draft: FindingDraft, { on, ...mark }: NonNullable<FindingDraft['ignore']>): IgnoredBy {
  return toIgnoredBy({ rule: on ?? `${draft.resource.kind} ${labelOf(draft)}`, ...mark });
}

function labelOf({ resource: { namespace, name } }: FindingDraft): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

function useOf(rule: IgnoredBy, { resource, ignore }: FindingDraft, now: Date): IgnoreRuleUse {
  const from = resource.source.startsWith('nas/') && ignore?.on === undefined ? 'property' : 'object';
  return { ...rule, from, state: stateOf(rule.until, now, false), matched: 1 };
}

/** Whether the finding has its mark from here: from the very object, or inherited from a dataset above. */
function isFrom(mark: PlacedMark, draft: FindingDraft): boolean {
  if (draft.ignore === undefined || !isSame(mark, draft.ignore)) return false;
  if (draft.ignore.on !== undefined) return draft.ignore.on === `${mark.kind} ${mark.label}`;
  if (draft.resource.source !== mark.source) return false;
  const label = labelOf(draft);
  const isAbove = mark.source.startsWith('nas/') && /^[/@]/.test(label.slice(mark.label.length));
  return label === mark.label ? draft.resource.kind === mark.kind : isAbove && label.startsWith(mark.label);
}

function toIgnoredBy({ rule, reason, owner, until }: IgnoredBy): IgnoredBy {
  return { rule, reason, ...(owner !== undefined && { owner }), ...(until !== undefined && { until }) };
}

function stateOf(until: string | undefined, now: Date, isDead: boolean): IgnoreRuleUse['state'] {
  if (isExpired(until, now)) return 'expired';
  if (isDead) return 'dead';
  const end = until === undefined ? undefined : endOf(until);
  return end !== undefined && end - now.getTime() <= expiresSoonMs ? 'expiresSoon' : 'active';
}

function isExpired(until: string | undefined, now: Date): boolean {
  return until !== undefined && hasEnded(until, now);
}

function fits(rule: IgnoreRule, { check, resource, owner }: FindingDraft): boolean {
  const namespace = resource.namespace ?? owner.namespace;
  return (
    (rule.check === undefined || rule.check === check) &&
    (rule.source === undefined || rule.source === resource.source) &&
    (rule.kind === undefined || rule.kind === resource.kind) &&
    (rule.namespace === undefined || rule.namespace === namespace) &&
    (rule.name === undefined || matches(rule.name, resource.name)) &&
    Object.entries(rule.labels ?? {}).every(([key, value]) => owner.labels?.[key] === value)
  );
}

/** `*` stands for anything, also for nothing. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
