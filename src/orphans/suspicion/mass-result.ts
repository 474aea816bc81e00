import type { ScopedLinks } from '../../model/check.ts';
import type { FindingDraft } from '../../model/finding.ts';
import type { JudgeOptions } from '../../model/options.ts';
import type { Suspicion } from './guard.ts';

/** One check that flags so much of a backend at once is more likely to have been told something wrong. */
export function findMassResult(
  scope: string,
  findings: readonly FindingDraft[],
  links: ScopedLinks,
  options: Pick<JudgeOptions, 'massShare' | 'massMinimum'>,
): Suspicion | undefined {
  const flagged = countFlagged(findings);
  if (flagged < options.massMinimum) return undefined;
  const held = links.datasets.filter(({ role }) => role === 'volume' || role === 'incomplete').length;
  const total = Math.max(links.volumes.length, held);
  if (flagged <= total * options.massShare) return undefined;
  const percent = Math.round(options.massShare * 100);
  const because = `it would flag ${flagged} beside ${total} volumes, more than ${percent} % at once`;
  return { guard: 'mass-result', because, source: scope };
}

/** Many snapshots of one volume are one volume. */
function countFlagged(findings: readonly FindingDraft[]): number {
  return new Set(
    findings.map(({ resource }) => (resource.kind === 'ZfsSnapshot' ? resource.name.split('@', 1)[0] : resource.name)),
  ).size;
}
