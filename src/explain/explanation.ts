import type { CheckId, FindingDraft } from '../model/finding.ts';
import type { CheckOutcome } from '../model/scan-result.ts';

/** All that is known of one name, on both sides. */
export interface Explanation {
  readonly name: string;
  readonly subjects: readonly Subject[];
  /** Lists that were not read: what they hold is missing here. */
  readonly unread: readonly string[];
}

export interface Subject {
  readonly source: string;
  readonly kind: string;
  readonly name: string;
  /** From the handle to the dataset, its properties and its share; from the volume to claim, pod, workload. */
  readonly chain: readonly Line[];
  /** What depends on it and would stand in the way: clones, snapshots, contents, shares, sessions. */
  readonly dependents: readonly Line[];
  /** What destroying the dataset or snapshot would free by itself; absent when it is not known. */
  readonly freesBytes?: number;
  readonly verdicts: readonly CheckVerdict[];
}

export interface Line {
  readonly what: string;
  readonly value: string;
  /** Where it was read: `nas/nas01 datasets`. */
  readonly from: string;
}

export interface CheckVerdict {
  readonly check: CheckId;
  readonly scope: string;
  readonly status: CheckOutcome['status'] | 'undecided';
  readonly says: string;
}

export interface Judged {
  readonly findings: readonly Pick<FindingDraft, 'check' | 'scope' | 'resource' | 'why'>[];
  readonly outcomes: readonly CheckOutcome[];
}
