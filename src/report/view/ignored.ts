import type { IgnoreRuleUse } from '../../model/scan-result.ts';
import { rulesToReview } from '../../util/ignore-words.ts';
import { checkTexts } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import { decodeFinding } from './decode.ts';
import type { Formats } from './formats.ts';

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
  const { result, ignored, formats, medium } = context;
  return {
    count: result.summary.ignored,
    bytes: formats.toAmount(result.summary.ignoredBytes),
    rules: result.ignoreRules.slice(0, medium.findingsPerCheck).map((rule) => toRule(rule, formats)),
    rulesLeftOut: Math.max(0, result.ignoreRules.length - medium.findingsPerCheck),
    attention: rulesToReview(result),
    findings: ignored.slice(0, medium.findingsPerCheck).map((finding) => ({
      title: checkTexts[finding.check].title,
      kind: finding.resource.kind,
      name: finding.resource.name,
      claim: decodeFinding(finding, context).claim,
      bytes: formats.toAmount(finding.bytes.reclaimable),
      rule: finding.ignoredBy?.rule ?? '',
      reason: finding.ignoredBy?.reason ?? '',
      owner: finding.ignoredBy?.owner ?? '–',
      until: untilOf(finding.ignoredBy?.until, formats),
    })),
    leftOut: Math.max(0, ignored.length - medium.findingsPerCheck),
  };
}

function toRule(rule: IgnoreRuleUse, formats: Formats) {
  return {
    rule: rule.rule,
    from: fromWords[rule.from],
    reason: rule.reason,
    owner: rule.owner ?? '–',
    until: untilOf(rule.until, formats),
    state: rule.state,
    word: stateWords[rule.state],
    matched: rule.matched,
  };
}

function untilOf(until: string | undefined, formats: Formats): string {
  return until === undefined ? 'no end' : formats.date(until);
}
