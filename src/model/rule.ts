import type { DriverFamily } from './backend.ts';
import type { Needs, View } from './check.ts';
import type { SourceId } from './collected.ts';
import type { Severity } from './finding.ts';
import type { Links } from './links.ts';
import type { RetentionRule } from './options.ts';
import type { PoolUsage } from './scan-result.ts';
import type { Component, Problem } from './validation.ts';

/** Lists of the scope without which a rule says nothing. At a backend: those of its cluster and of its NAS. */
export type RuleNeeds = Omit<Needs, 'everyCluster'>;

export interface RuleMeta<N extends RuleNeeds = RuleNeeds> {
  /** Equal to the file's name; never renamed: history and config carry it. */
  readonly id: string;
  /** The state we want, as a sentence without final stop. */
  readonly title: string;
  readonly severity: Severity;
  readonly component: Component;
  readonly scope: 'backend' | 'cluster' | 'nas';
  /** Why it matters. */
  readonly why: string;
  /** What to do, starting with a verb. */
  readonly remediation: string;
  /** Exact commands or YAML. */
  readonly example?: string;
  /** Only these drivers can break it. */
  readonly families?: readonly DriverFamily[];
  readonly needs: N;
}

/** What a rule sees: the lists it named, complete. `backend`, `cluster` and `nas` as its scope has them. */
export interface RuleView<N extends RuleNeeds = RuleNeeds> {
  readonly scope: string;
  readonly backend: View<N>['backend'];
  readonly cluster: View<N>['cluster'];
  readonly nas: View<N>['nas'] & { readonly release?: string; readonly version?: string; readonly transport?: string };
  readonly links: Links;
  /** Says why the source is known not to have such a list at all; undefined when it has one. */
  absent(section: string): string | undefined;
}

export interface RuleContext {
  readonly options: ValidationOptions;
  /** Milliseconds from then until now by the source's own clock, negative in the future; undefined without a time. */
  readonly ageMs: (source: SourceId, at: string | undefined) => number | undefined;
}

export interface Judged {
  /** Objects that were looked at. */
  readonly judged: number;
  readonly problems: readonly Problem[];
  readonly undecided: readonly { readonly kind: string; readonly name: string; readonly because: string }[];
}

export interface Rule {
  readonly meta: RuleMeta;
  check(view: RuleView, context: RuleContext): Judged;
}

export interface ValidationOptions {
  /** Rule id → `off` or another severity. */
  readonly rules: Readonly<Record<string, 'off' | Severity>>;
  /** Rules from the folder that config names. */
  readonly userRules: readonly Rule[];
  readonly snapshotRetention: readonly RetentionRule[];
  /** Namespaces that config names, and the cluster that must have them. */
  readonly namespaces: readonly { readonly name: string; readonly cluster: string; readonly from: string }[];
  /** What usage/ measured: for rules about overcommit. */
  readonly pools: readonly PoolUsage[];
}

/** Ties what a rule reads to what it says it needs: reading a list that was not named does not compile. */
export function defineRule<const N extends RuleNeeds>(rule: {
  readonly meta: RuleMeta<N>;
  check(view: RuleView<N>, context: RuleContext): Judged;
}): Rule {
  return rule as unknown as Rule;
}
