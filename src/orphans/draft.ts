import type { CheckMeta, Needs, Undecided, Verdicts } from '../model/check.ts';
import type { SectionRef } from '../model/collected.ts';
import type { Evidence, Finding, FindingDraft, Remediation } from '../model/finding.ts';

type Parts = Pick<FindingDraft, 'resource' | 'why'> &
  Partial<Omit<FindingDraft, 'check' | 'scope' | 'remediation' | 'createdAt' | 'ignore' | 'severity'>> & {
    readonly steps: readonly string[];
    readonly commands?: readonly string[];
    readonly createdAt?: string | undefined;
    readonly ignore?: FindingDraft['ignore'] | undefined;
    readonly severity?: FindingDraft['severity'] | undefined;
  };

/** Fills what every finding has; a detector states only what is its own. */
export function draft(meta: CheckMeta<Needs>, scope: string, parts: Parts): FindingDraft {
  const { steps, commands = [], createdAt, ignore, severity, ...rest } = parts;
  const remediation: Remediation = { steps: [...steps], commands: [...commands], docs: `docs/checks/${meta.id}.md` };
  return {
    confidence: 'high',
    owner: {},
    bytes: {},
    evidence: [],
    blockers: [],
    premises: [],
    ...rest,
    check: meta.id,
    scope,
    remediation,
    ...(createdAt !== undefined && { createdAt }),
    ...(ignore !== undefined && { ignore }),
    ...(severity !== undefined && { severity }),
  };
}

/** Bytes that are known; unknown ones are left out, never 0. */
export function bytesOf(parts: {
  readonly provisioned?: number | undefined;
  readonly used?: number | undefined;
  readonly reclaimable?: number | undefined;
}): Finding['bytes'] {
  const { provisioned, used, reclaimable } = parts;
  return {
    ...(provisioned !== undefined && { provisioned }),
    ...(used !== undefined && { used }),
    ...(reclaimable !== undefined && { reclaimable }),
  };
}

export function fact(text: string, value: string | number | undefined, from: string): Evidence[] {
  return value === undefined ? [] : [{ fact: text, value: String(value), from }];
}

/** Lists that are missing for an answer, in words. */
export function unreadWords(unread: readonly SectionRef[]): string {
  if (unread.length === 0) return 'what it refers to is not known yet';
  const words = unread.map((ref) => `${ref.source} ${ref.name}: ${ref.because}`);
  return [...new Set(words)].join('; ');
}

/** Gathers what a detector says about one resource after the other. */
export class Verdict implements Verdicts {
  readonly findings: FindingDraft[] = [];
  readonly undecided: Undecided[] = [];

  found(finding: FindingDraft): void {
    this.findings.push(finding);
  }

  unknown(kind: string, name: string, because: string): void {
    this.undecided.push({ kind, name, because });
  }
}
