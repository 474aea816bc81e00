import type { Finding } from '../model/finding.ts';
import type { CheckOutcome, ScanResult } from '../model/scan-result.ts';

export type Difference = 'appeared' | 'gone' | 'unknown' | 'changed';

export interface FindingDifference {
  readonly difference: Difference;
  readonly finding: Finding;
  /** What changed, or why nothing can be said. */
  readonly detail: string;
}

/**
 * What differs between two results. A finding that is missing from the newer one is only `gone` when its check was
 * assessed there for its scope; otherwise nothing is known about it.
 */
export function compareResults(older: ScanResult, newer: ScanResult): readonly FindingDifference[] {
  const before = openFindings(older);
  const now = openFindings(newer);
  const checks = new Map(newer.checks.map((check) => [keyOf(check.id, check.scope), check]));
  const differences: FindingDifference[] = [];
  for (const [id, finding] of now) {
    const earlier = before.get(id);
    if (earlier === undefined) differences.push({ difference: 'appeared', finding, detail: finding.why });
    else {
      const detail = describeChange(earlier, finding);
      if (detail !== '') differences.push({ difference: 'changed', finding, detail });
    }
  }
  for (const [id, finding] of before) {
    if (!now.has(id)) differences.push(explainMissing(finding, checks.get(keyOf(finding.check, finding.scope)), newer));
  }
  return differences;
}

function openFindings({ findings }: ScanResult): ReadonlyMap<string, Finding> {
  return new Map(findings.filter(({ change }) => change !== 'resolved').map((finding) => [finding.id, finding]));
}

function explainMissing(finding: Finding, check: CheckOutcome | undefined, newer: ScanResult): FindingDifference {
  if (check === undefined) {
    const detail =
      newer.scope.filters.length > 0 ? 'the newer scan was narrowed' : 'the newer scan did not run this check here';
    return { difference: 'unknown', finding, detail };
  }
  if (check.status === 'notAssessed' || check.status === 'errored') {
    return { difference: 'unknown', finding, detail: `not assessed: ${check.because ?? check.status}` };
  }
  const undecided = check.undecided.find(
    ({ kind, name }) => kind === finding.resource.kind && name === finding.resource.name,
  );
  if (undecided !== undefined) return { difference: 'unknown', finding, detail: `undecided: ${undecided.because}` };
  return { difference: 'gone', finding, detail: 'no longer found' };
}

function describeChange(earlier: Finding, now: Finding): string {
  const changes: string[] = [];
  for (const key of ['severity', 'confirmation', 'confidence'] as const) {
    if (earlier[key] !== now[key]) changes.push(`${key} ${earlier[key]} → ${now[key]}`);
  }
  if ((earlier.ignoredBy === undefined) !== (now.ignoredBy === undefined)) {
    changes.push(now.ignoredBy === undefined ? 'no longer ignored' : `ignored: ${now.ignoredBy.reason}`);
  }
  return changes.join(', ');
}

function keyOf(check: string, scope: string): string {
  return `${check} ${scope}`;
}
