import type { Backend } from './backend.ts';
import type { CheckId, Severity } from './finding.ts';

/** What judging depends on besides the inventory: the slice of config that pure stages are handed. Durations in ms. */
export interface JudgeOptions {
  readonly minAgeMs: number;
  readonly confirmAfterMs: number;
  readonly claimPendingMs: number;
  readonly claimUnusedMs: number;
  readonly snapshotNotReadyMs: number;
  readonly attachmentStaleMs: number;
  /** Backends named in config; the rest is inferred. `exclusive` and parents come from here. */
  readonly backends: readonly DeclaredBackend[];
  readonly snapshotRetention: readonly RetentionRule[];
  readonly severities: Readonly<Partial<Record<CheckId, Severity>>>;
  readonly disabledChecks: readonly CheckId[];
  readonly ignore: readonly IgnoreRule[];
  readonly acknowledge: readonly Acknowledgement[];
  readonly massShare: number;
  readonly massMinimum: number;
  readonly filter: ShowFilter;
}

export type DeclaredBackend = Pick<Backend, 'cluster' | 'driver' | 'nas'> &
  Partial<Pick<Backend, 'parents' | 'detachedParents' | 'protocol' | 'exclusive' | 'instanceId' | 'family'>> & {
    /** democratic-csi `_private.csi.volume.deleteStrategy: retain`: leftovers are a choice. */
    readonly keepsDeleted?: boolean;
    /** Where it was learnt from when not from config. */
    readonly foundBy?: Backend['foundBy'];
  };

export interface RetentionRule {
  /** All that are given must match. */
  readonly snapshotClass?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly maxAgeMs: number;
}

export interface IgnoreRule {
  /** Name in every output: `ignore[3]` or the name given in config. */
  readonly rule: string;
  readonly reason: string;
  readonly owner?: string;
  readonly until?: string;
  readonly check?: CheckId;
  readonly source?: string;
  readonly kind?: string;
  readonly namespace?: string;
  /** Exact name, or a pattern with `*`. */
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Lifts one suspicion guard for one backend (or NAS, or cluster), for a time and with a reason. */
export interface Acknowledgement {
  readonly guard: GuardId;
  /** Backend id, `cluster/<name>` or `nas/<name>`. */
  readonly scope: string;
  readonly reason: string;
  readonly until: string;
}

export type GuardId =
  | 'empty-list'
  | 'no-volumes'
  | 'identity-changed'
  | 'parent-missing'
  | 'hidden-name'
  | 'crds-absent'
  | 'mass-result';

/** Narrows what is judged and shown, never what is read as evidence of use. Empty arrays = everything. */
export interface ShowFilter {
  readonly clusters: readonly string[];
  readonly excludeClusters: readonly string[];
  readonly nases: readonly string[];
  readonly namespaces: readonly string[];
  readonly excludeNamespaces: readonly string[];
  readonly drivers: readonly string[];
  readonly excludeDrivers: readonly string[];
  readonly storageClasses: readonly string[];
  readonly excludeStorageClasses: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly excludeLabels: Readonly<Record<string, string>>;
  readonly checks: readonly CheckId[];
  readonly severity?: Severity;
}
