import type { Severity } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { OutboxEntry } from './outbox/records.ts';
import { type Part, rankOf } from './part.ts';

export type When = 'always' | 'change' | 'findings' | 'problem' | 'never';

/** Whether a scan is worth a message on this route. `before` is the last one that was sent. */
export function isDue(
  when: When,
  part: Part,
  result: ScanResult,
  rest: { readonly minSeverity: Severity; readonly before?: Pick<OutboxEntry, 'notAssessed' | 'open'> | undefined },
): boolean {
  const counts = ({ severity }: { readonly severity: Severity }) => rankOf(severity) >= rankOf(rest.minSeverity);
  if (when === 'never') return false;
  if (when === 'always') return true;
  if (when === 'findings') return part.findings.some(counts);
  if (when === 'problem') return isIncomplete(result);
  const isChanged = [
    ...part.findings.filter(({ change }) => change === 'new' || change === 'cameBack'),
    ...part.resolved,
  ];
  // What was told as open may also be gone because somebody ignores it now.
  const isOver = (rest.before?.open ?? 0) > 0 && part.findings.length === 0;
  return isChanged.some(counts) || isOver || notAssessedDigest(result) !== (rest.before?.notAssessed ?? '');
}

/**
 * Whether a route for findings that stay too long has something to say: one that has come of age since its last message,
 * or one of those that is gone. Every night the same would be noise.
 */
export function isEscalationDue(part: Part, afterDays: number, lastAt: string | undefined): boolean {
  if (part.resolved.length > 0) return true;
  return part.findings.some(({ age }) => {
    const ofAgeAt = Date.parse(age.firstSeenAt) + afterDays * 86_400_000;
    return lastAt === undefined || ofAgeAt > Date.parse(lastAt);
  });
}

function isIncomplete(result: ScanResult): boolean {
  return !result.scan.complete || result.summary.notAssessed.length > 0;
}

/** Equal when the same checks could not be assessed for the same scopes. Empty when all were. */
export function notAssessedDigest({ summary }: ScanResult): string {
  const lines = summary.notAssessed.map(({ checks, scopes }) => `${checks.join(',')}@${scopes.join(',')}`);
  return lines.toSorted().join(';');
}
