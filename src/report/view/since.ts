import type { Finding } from '../../model/finding.ts';
import { checkTexts } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import { decodeFinding } from './decode.ts';
import { daysBetween } from './format-date.ts';

const longOpenDays = 30;
const namesShown = 5;

/** New, come back, resolved and open for long, against the scan before. */
export function buildSince(context: ViewContext) {
  const { result, open, resolved } = context;
  const startedMs = Date.parse(result.scan.startedAt);
  const longOpen = open.filter((finding) => (daysBetween(finding.age.firstSeenAt, startedMs) ?? 0) > longOpenDays);
  return {
    heading: result.period === undefined ? 'Since the last scan' : 'In this period',
    isKnown: result.history.state === 'ready' || result.period !== undefined,
    comparedWith: comparedWith(context),
    new: toList(
      open.filter((finding) => finding.change === 'new'),
      context,
    ),
    cameBack: toList(
      open.filter((finding) => finding.change === 'cameBack'),
      context,
    ),
    resolved: toList(resolved, context),
    longOpen: toList(longOpen, context),
    longOpenDays,
  };
}

function comparedWith({ result: { history, period }, formats }: ViewContext): string {
  if (period !== undefined) return `what was known at ${formats.dateTime(period.from)}`;
  return formats.dateTime(history.previousScanAt);
}

function toList(findings: readonly Finding[], context: ViewContext) {
  return {
    count: findings.length,
    names: findings.slice(0, namesShown).map((finding) => {
      const decoded = decodeFinding(finding, context);
      return {
        title: checkTexts[finding.check].title,
        name: decoded.claimKnown ? decoded.claim : finding.resource.name,
        note: decoded.claimKnown ? undefined : decoded.claim,
      };
    }),
    more: Math.max(0, findings.length - namesShown),
  };
}
