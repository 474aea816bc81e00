import type { Finding, FindingDraft, Severity } from '../model/finding.ts';
import type { Memory } from '../model/memory.ts';
import type { JudgeOptions } from '../model/options.ts';
import type { CheckOutcome, IgnoreRuleUse } from '../model/scan-result.ts';
import { openIgnoreBook } from './ignore.ts';
import { identify, resolvedFindings, toFinding } from './lifecycle.ts';
import type { PlacedMark } from './marks.ts';

interface Input {
  readonly drafts: readonly FindingDraft[];
  readonly outcomes: readonly CheckOutcome[];
  /** Ignore marks on objects, with a finding or without. */
  readonly marks: readonly PlacedMark[];
  readonly memory: Memory;
  /** Drafts that could not be read a second time: they stay unconfirmed, however often they are seen. */
  readonly unchecked?: ReadonlySet<FindingDraft>;
  readonly options: JudgeOptions;
  /** Severity of each check in the catalogue. */
  readonly severityOf: (draft: FindingDraft) => Severity;
  readonly now: Date;
}

/** From what the detectors say to what is reported: severity, life over the scans, ignore rules. */
export function concludeFindings(input: Input): {
  readonly findings: Finding[];
  readonly ignoreRules: IgnoreRuleUse[];
} {
  const { drafts, outcomes, marks, memory, options, severityOf, now, unchecked } = input;
  const book = openIgnoreBook(options.ignore, now);
  const remembered = new Map(memory.findings.map((item) => [item.id, item]));
  const life = { remembered, confirmAfterMs: options.confirmAfterMs, now };
  const open = [...identify(drafts)].map(([id, draft]) => {
    const seenTwice = toFinding(id, draft, chosenSeverity(draft, options, severityOf), life);
    const finding = unchecked?.has(draft) ? { ...seenTwice, confirmation: 'unconfirmed' as const } : seenTwice;
    const ignoredBy = book.ruleFor(draft);
    return ignoredBy === undefined ? finding : { ...finding, ignoredBy };
  });
  const seen = new Set(open.map(({ id }) => id));
  const findings = [...open, ...resolvedFindings(seen, outcomes, memory)].sort(byWeight);
  return { findings, ignoreRules: book.uses(outcomes, marks) };
}

/** Config outweighs the catalogue, but never raises what the detector lowered for lack of proof. */
function chosenSeverity(
  draft: FindingDraft,
  { severities }: JudgeOptions,
  severityOf: (draft: FindingDraft) => Severity,
): Severity {
  if (draft.confidence === 'low' && draft.severity !== undefined) return draft.severity;
  return severities[draft.check] ?? draft.severity ?? severityOf(draft);
}

const weight: Readonly<Record<Severity, number>> = { CRITICAL: 0, HIGH: 1, MEDIUM: 2, LOW: 3 };

function byWeight(a: Finding, b: Finding): number {
  return (
    weight[a.severity] - weight[b.severity] ||
    (b.bytes.reclaimable ?? -1) - (a.bytes.reclaimable ?? -1) ||
    (a.id < b.id ? -1 : 1)
  );
}
