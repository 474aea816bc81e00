import { type CheckId, checkIds, type Finding, type Severity } from '../../model/finding.ts';
import { checkTexts } from './check-texts.ts';
import { severityRank } from './words.ts';

/** Findings of one check, worst first, with their sums. */
export interface FindingGroup {
  readonly check: CheckId;
  readonly findings: readonly Finding[];
  readonly worst: Severity;
  readonly confirmed: number;
  readonly reclaimableBytes: number;
  readonly confirmedReclaimableBytes: number;
  /** Findings of which it is not known what acting on them would free. */
  readonly unknownBytes: number;
}

/** One group per check that has findings, in the order in which a reader should meet them. */
export function groupFindings(findings: readonly Finding[]): readonly FindingGroup[] {
  const byCheck = Map.groupBy(findings, (finding) => finding.check);
  return checkIds
    .flatMap((check) => {
      const members = byCheck.get(check);
      return members ? [toGroup(check, members)] : [];
    })
    .toSorted(compareGroups);
}

function toGroup(check: CheckId, members: readonly Finding[]): FindingGroup {
  const findings = members.toSorted(compareFindings);
  const confirmed = findings.filter((finding) => finding.confirmation === 'confirmed');
  return {
    check,
    findings,
    worst: findings[0]?.severity ?? 'LOW',
    confirmed: confirmed.length,
    reclaimableBytes: sumReclaimable(findings),
    confirmedReclaimableBytes: sumReclaimable(confirmed),
    unknownBytes: checkTexts[check].frees
      ? findings.filter((finding) => finding.bytes.reclaimable === undefined).length
      : 0,
  };
}

function sumReclaimable(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + (finding.bytes.reclaimable ?? 0), 0);
}

function compareGroups(a: FindingGroup, b: FindingGroup): number {
  return (
    severityRank[b.worst] - severityRank[a.worst] ||
    Number(b.confirmed > 0) - Number(a.confirmed > 0) ||
    b.reclaimableBytes - a.reclaimableBytes ||
    b.findings.length - a.findings.length
  );
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    severityRank[b.severity] - severityRank[a.severity] ||
    (b.bytes.reclaimable ?? -1) - (a.bytes.reclaimable ?? -1) ||
    compareText(a.resource.name, b.resource.name) ||
    compareText(a.id, b.id)
  );
}

/** By code unit: the same order on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
