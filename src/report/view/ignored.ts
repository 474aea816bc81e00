import type { IgnoreRuleUse } from '../../model/scan-result.ts';
import { checkTexts } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import { decodeFinding } from './decode.ts';
import { toAmount } from './format-bytes.ts';
import { formatDate } from './format-date.ts';

const stateWords: Readonly<Record<IgnoreRuleUse['state'], string>> = {
  active: 'active',
  expiresSoon: 'expires soon',
  expired: 'expired',
  dead: 'matches nothing',
};

const fromWords: Readonly<Record<IgnoreRuleUse['from'], string>> = {
  config: 'configuration',
  object: 'mark on the object',
  property: 'dataset property',
};

/** What was left out on request, by whom, why and until when. */
export function buildIgnored(context: ViewContext) {
  const { result, ignored, options, medium } = context;
  const rules = result.ignoreRules.map((rule) => toRule(rule, options.timeZone));
  return {
    count: result.summary.ignored,
    bytes: toAmount(result.summary.ignoredBytes),
    rules,
    attention: rules.filter((rule) => rule.state !== 'active'),
    findings: ignored.slice(0, medium.findingsPerCheck).map((finding) => ({
      title: checkTexts[finding.check].title,
      kind: finding.resource.kind,
      name: finding.resource.name,
      claim: decodeFinding(finding, context).claim,
      bytes: toAmount(finding.bytes.reclaimable),
      rule: finding.ignoredBy?.rule ?? '',
      reason: finding.ignoredBy?.reason ?? '',
      owner: finding.ignoredBy?.owner ?? '–',
      until: untilOf(finding.ignoredBy?.until, options.timeZone),
    })),
    leftOut: Math.max(0, ignored.length - medium.findingsPerCheck),
  };
}

function toRule(rule: IgnoreRuleUse, timeZone: string) {
  return {
    rule: rule.rule,
    from: fromWords[rule.from],
    reason: rule.reason,
    owner: rule.owner ?? '–',
    until: untilOf(rule.until, timeZone),
    isDated: rule.state === 'expiresSoon' || rule.state === 'expired',
    state: rule.state,
    word: stateWords[rule.state],
    matched: rule.matched,
  };
}

function untilOf(until: string | undefined, timeZone: string): string {
  return until === undefined ? 'no end' : formatDate(until, timeZone);
}
