import { type Finding, type Severity, severities } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';

/** What one recipient is told of: everything, or the findings of a team. */
export interface Audience {
  readonly minSeverity?: Severity | undefined;
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** Only findings whose owner carries all of these. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Only findings open for that long. */
  readonly escalateAfterDays?: number | undefined;
}

export interface Part {
  /** True when nothing is held back: the counts are then those of the result's summary. */
  readonly isWhole: boolean;
  /** True for a team: what lies beyond its part is not told. */
  readonly isOfTeam: boolean;
  /** Open and not ignored, the worst first. */
  readonly findings: readonly Finding[];
  readonly resolved: readonly Finding[];
  readonly newCount: number;
  readonly resolvedCount: number;
  readonly confirmedCount: number;
  readonly reclaimableBytes: number;
}

export function buildPart(result: ScanResult, audience: Audience, now: Date): Part {
  const mine = result.findings.filter((one) => one.ignoredBy === undefined && isFor(one, audience, now));
  const findings = mine.filter(({ change }) => change !== 'resolved').toSorted(worstFirst);
  const resolved = mine.filter(({ change }) => change === 'resolved');
  const isOfTeam = audience.namespaces.length > 0 || Object.keys(audience.labels ?? {}).length > 0;
  const isWhole = !isOfTeam && audience.escalateAfterDays === undefined && rankOf(audience.minSeverity ?? 'LOW') === 0;
  return {
    isWhole,
    isOfTeam,
    findings,
    resolved,
    newCount: isWhole ? result.summary.new : findings.filter(({ change }) => change === 'new').length,
    resolvedCount: resolved.length,
    confirmedCount: findings.filter(({ confirmation }) => confirmation === 'confirmed').length,
    reclaimableBytes: isWhole
      ? result.summary.reclaimableBytes
      : findings.reduce((sum, { bytes }) => sum + (bytes.reclaimable ?? 0), 0),
  };
}

function isFor(finding: Finding, audience: Audience, now: Date): boolean {
  const { minSeverity, namespaces, labels = {}, escalateAfterDays } = audience;
  if (rankOf(finding.severity) < rankOf(minSeverity ?? 'LOW')) return false;
  const namespace = finding.owner.namespace ?? finding.resource.namespace;
  if (namespaces.length > 0 && (namespace === undefined || !namespaces.includes(namespace))) return false;
  const own = finding.owner.labels ?? {};
  if (!Object.entries(labels).every(([key, value]) => own[key] === value)) return false;
  if (escalateAfterDays === undefined) return true;
  return now.getTime() - Date.parse(finding.age.firstSeenAt) >= escalateAfterDays * 86_400_000;
}

export function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}

function worstFirst(a: Finding, b: Finding): number {
  return (
    rankOf(b.severity) - rankOf(a.severity) ||
    (b.bytes.reclaimable ?? 0) - (a.bytes.reclaimable ?? 0) ||
    (a.id < b.id ? -1 : 1)
  );
}
