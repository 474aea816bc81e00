import type { CheckId } from './finding.ts';

/** What history knows that judging needs: the identities and findings of earlier scans. Rows come from history/. */
export interface Memory {
  /** `none`: history is switched off. `first`: nothing stored yet. `unreadable`: stored, but could not be read. */
  readonly state: 'none' | 'first' | 'ready' | 'unreadable';
  readonly because?: string;
  readonly scans: number;
  readonly previousScanAt?: string;
  /** Last known identity by source: kube-system UID, system.host_id. */
  readonly identities: Readonly<Record<string, string>>;
  readonly findings: readonly RememberedFinding[];
  readonly damagedParts: readonly { readonly name: string; readonly because: string }[];
}

/** One row per finding id, from its newest appearance. */
export interface RememberedFinding {
  readonly id: string;
  readonly check: CheckId;
  readonly scope: string;
  readonly firstSeenAt: string;
  /** Newest scan of another run in which it was seen and its check was assessed. */
  readonly lastSeenAt: string;
  /** Number of distinct runs (runId) in which it was seen. */
  readonly runsSeen: number;
  readonly isConfirmed: boolean;
  /** Set when the last assessed scan no longer found it. */
  readonly resolvedAt?: string;
  /**
   * First sighting of the current unbroken stretch: later than `firstSeenAt` when a scan in between, in which it was
   * assessed, did not find it. Confirmation counts from here.
   */
  readonly openSince?: string;
  /** Number of distinct runs in which it was seen since `openSince`. */
  readonly runsInStretch?: number;
  /** The whole finding as last reported, JSON, so that a resolved one can still be shown. */
  readonly finding: unknown;
}
