import type { Finding } from '../model/finding.ts';

export interface FindingSums {
  readonly findings: number;
  readonly confirmed: number;
  readonly reclaimableBytes: number;
  readonly confirmedReclaimableBytes: number;
  /** Findings whose reclaimable bytes are not known; they are in none of the sums. */
  readonly unknownBytes: number;
}

export function sumFindings(findings: readonly Finding[]): FindingSums {
  const confirmed = findings.filter((finding) => finding.confirmation === 'confirmed');
  return {
    findings: findings.length,
    confirmed: confirmed.length,
    reclaimableBytes: sumReclaimable(findings),
    confirmedReclaimableBytes: sumReclaimable(confirmed),
    unknownBytes: findings.filter((finding) => finding.bytes.reclaimable === undefined).length,
  };
}

function sumReclaimable(findings: readonly Finding[]): number {
  let bytes = 0;
  for (const finding of findings) bytes += finding.bytes.reclaimable ?? 0;
  return bytes;
}
