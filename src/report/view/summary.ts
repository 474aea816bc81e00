import { severities } from '../../model/finding.ts';
import type { ViewContext } from './context.ts';
import { severityViews } from './words.ts';

/** The counts as the result states them; nothing is counted a second time. */
export function buildSummary({ result }: ViewContext) {
  const { summary } = result;
  return {
    findings: summary.findings,
    confirmed: summary.confirmed,
    unconfirmed: summary.unconfirmed,
    new: summary.new,
    resolved: summary.resolved,
    ignored: summary.ignored,
    bySeverity: severities.toReversed().map((severity) => ({
      severity: severityViews[severity],
      count: summary.bySeverity[severity],
    })),
  };
}
