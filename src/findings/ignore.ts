import type { Finding, FindingDraft } from '../model/finding.ts';
import type { IgnoreRule } from '../model/options.ts';
import type { IgnoreRuleUse } from '../model/scan-result.ts';
import { endOf, hasEnded } from '../util/until.ts';

const expiresSoonMs = 30 * 24 * 3_600_000;

type IgnoredBy = NonNullable<Finding['ignoredBy']>;

export interface IgnoreBook {
  /** The rule that applies to this finding now, the object's own mark first. */
  ruleFor(draft: FindingDraft): IgnoredBy | undefined;
  /** How every rule was used; call it when all findings were asked. */
  uses(): IgnoreRuleUse[];
}

export function openIgnoreBook(rules: readonly IgnoreRule[], now: Date): IgnoreBook {
  const matched = new Map<string, number>(rules.map((rule) => [rule.rule, 0]));
  const marks = new Map<string, IgnoreRuleUse>();
  return {
    ruleFor(draft) {
      const mark = draft.ignore === undefined ? undefined : markOf(draft, draft.ignore);
      if (mark !== undefined) {
        const from = draft.resource.source.startsWith('nas/') ? 'property' : 'object';
        marks.set(mark.rule, { ...mark, from, state: stateOf(mark.until, now, 1), matched: 1 });
        if (!isExpired(mark.until, now)) return mark;
      }
      const fitting = rules.filter((candidate) => fits(candidate, draft));
      for (const { rule } of fitting) matched.set(rule, (matched.get(rule) ?? 0) + 1);
      const rule = fitting.find(({ until }) => !isExpired(until, now));
      return rule === undefined ? undefined : toIgnoredBy(rule);
    },
    uses: () => [
      ...rules.map((rule): IgnoreRuleUse => {
        const count = matched.get(rule.rule) ?? 0;
        return { ...toIgnoredBy(rule), from: 'config', state: stateOf(rule.until, now, count), matched: count };
      }),
      ...marks.values(),
    ],
  };
}

function markOf(draft: FindingDraft, mark: NonNullable<FindingDraft['ignore']>): IgnoredBy {
  const { kind, namespace, name } = draft.resource;
  return toIgnoredBy({ rule: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`, ...mark });
}

function toIgnoredBy({ rule, reason, owner, until }: IgnoredBy): IgnoredBy {
  return { rule, reason, ...(owner !== undefined && { owner }), ...(until !== undefined && { until }) };
}

function stateOf(until: string | undefined, now: Date, matched: number): IgnoreRuleUse['state'] {
  if (isExpired(until, now)) return 'expired';
  if (matched === 0) return 'dead';
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
