import type { Finding } from '../../model/finding.ts';
import { checkTexts } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import { decodeFinding } from './decode.ts';
import { daysBetween, formatDateTime } from './format-date.ts';

const longOpenDays = 30;
const namesShown = 5;

/** New, come back, resolved and open for long, against the scan before. */
export function buildSince(context: ViewContext) {
  const { result, open, resolved, options } = context;
  const startedMs = Date.parse(result.scan.startedAt);
  const longOpen = open.filter((finding) => (daysBetween(finding.age.firstSeenAt, startedMs) ?? 0) > longOpenDays);
  return {
    isKnown: result.history.state === 'ready',
    previousScanAt: result.history.previousScanAt && formatDateTime(result.history.previousScanAt, options.timeZone),
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
