import type { CheckId, Resource } from '../model/finding.ts';

/** What a human may do about confirmed leftovers, in an order that works. Never carried out by us. */
export interface CleanupPlan {
  readonly scanId: string;
  readonly scannedAt: string;
  readonly steps: readonly PlanStep[];
  /** Findings of clean-up checks that are not in the plan, each with every reason. */
  readonly leftOut: readonly LeftOut[];
  /** Sum over steps whose size is known. */
  readonly expectedBytes: number;
  /** Steps that free an unknown amount. */
  readonly unknownBytes: number;
}

export interface PlanStep {
  readonly findingId: string;
  readonly check: CheckId;
  readonly resource: Resource;
  readonly why: string;
  readonly expectedBytes?: number;
  /** In words, for a human: what will go with it or must be looked at. */
  readonly notes: readonly string[];
  /** All must still hold before the action. */
  readonly guards: readonly Guard[];
  readonly action: PlanAction;
}

export type PlanAction =
  | { readonly kind: 'promoteDataset'; readonly nas: string; readonly target: string }
  | { readonly kind: 'releaseHolds'; readonly nas: string; readonly target: string; readonly method: string }
  | { readonly kind: 'deleteSnapshot'; readonly nas: string; readonly target: string; readonly method: string }
  /** With its snapshots; the guards refuse when a dataset stands below it. */
  | { readonly kind: 'deleteDataset'; readonly nas: string; readonly target: string }
  /** A share, target, extent, namespace or task, by its id. */
  | {
      readonly kind: 'deleteEntry';
      readonly nas: string;
      readonly target: string;
      readonly method: string;
      readonly id: number;
    }
  | { readonly kind: 'deleteAttachment'; readonly cluster: string; readonly target: string; readonly uid?: string }
  /** Nothing to run: somebody has to decide, or the driver finishes by itself. */
  | { readonly kind: 'advice'; readonly target: string };

/** A question that is put again right before acting. A question that cannot be answered counts as "no". */
export type Guard =
  | {
      readonly kind: 'count';
      readonly nas: string;
      readonly method: string;
      readonly filters: unknown;
      readonly is: number;
    }
  | { readonly kind: 'unmentioned'; readonly cluster: string; readonly kinds: string; readonly text: string }
  | {
      readonly kind: 'sameUid';
      readonly cluster: string;
      readonly resource: string;
      readonly name: string;
      readonly uid: string;
    };

export interface LeftOut {
  readonly findingId: string;
  readonly check: CheckId;
  readonly resource: Resource;
  readonly because: readonly string[];
}
