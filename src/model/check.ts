import type { Backend, DriverFamily } from './backend.ts';
import type { CheckId, FindingDraft, Severity } from './finding.ts';
import type { ClusterSectionName, ClusterSections } from './kubernetes.ts';
import type { DatasetLink, Links } from './links.ts';
import type { JudgeOptions } from './options.ts';
import type { NasSectionName, NasSections } from './truenas.ts';

/** Lists without which a check says nothing at all. `everyCluster` means all declared clusters, or only its own for an exclusive backend. */
export interface Needs {
  readonly cluster?: readonly ClusterSectionName[];
  readonly nas?: readonly NasSectionName[];
  readonly everyCluster?: readonly ClusterSectionName[];
}

export interface CheckMeta<N extends Needs = Needs> {
  readonly id: CheckId;
  /** What is wrong, as a heading; no final stop. */
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters. */
  readonly why: string;
  /** What to do, starting with a verb. */
  readonly remediation: string;
  readonly scope: 'backend' | 'cluster' | 'nas';
  /** True when the verdict rests on something *not* being there: the suspicion guards then apply. */
  readonly provesAbsence: boolean;
  /** True when acting on a finding gives space back, so that its bytes belong into the sum. */
  readonly frees: boolean;
  /** Only these drivers can show it. */
  readonly families?: readonly DriverFamily[];
  readonly needs: N;
}

type ItemsOf<S> = S extends { readonly ok: true; readonly items: infer I } ? I : never;
type NamesOf<N extends Needs, K extends keyof Needs> = N[K] extends readonly (infer S)[] ? S : never;
type ClusterItems<S> = { readonly [K in S & ClusterSectionName]: ItemsOf<ClusterSections[K]> };
type NasItems<S> = { readonly [K in S & NasSectionName]: ItemsOf<NasSections[K]> };

/** What a check sees: the sections it named, complete, and the links. There is no way to read a section without naming it. */
export interface View<N extends Needs> {
  readonly scope: string;
  readonly backend?: Backend;
  readonly cluster: ClusterItems<NamesOf<N, 'cluster'>> & { readonly name: string };
  readonly nas: NasItems<NamesOf<N, 'nas'>> & { readonly name: string };
  readonly everyCluster: readonly (ClusterItems<NamesOf<N, 'everyCluster'>> & { readonly name: string })[];
  readonly links: ScopedLinks;
}

/** The links that belong to the scope, so that a check never walks the whole estate once per scope. `backends`: all. */
export interface ScopedLinks extends Links {
  /** Any dataset below a backend's parent, whatever the scope. */
  datasetAt(nas: string, name: string): DatasetLink | undefined;
}

export interface Context {
  readonly options: JudgeOptions;
  /** By the source's own clock; `unknown` when there is no time to go by. The source's clock skew is added to the limit. */
  readonly isOlderThan: (source: string, at: string | undefined, limitMs: number) => 'yes' | 'no' | 'unknown';
  /** Milliseconds since then, by the source's own clock. */
  readonly ageMs: (source: string, at: string | undefined) => number | undefined;
  /** What may help to explain but is never waited for: undefined when the list could not be read. */
  readonly peek: Peek;
}

export interface Peek {
  cluster<K extends ClusterSectionName>(name: string, section: K): ItemsOf<ClusterSections[K]> | undefined;
  nas<K extends NasSectionName>(name: string, section: K): ItemsOf<NasSections[K]> | undefined;
}

export interface Undecided {
  readonly kind: string;
  readonly name: string;
  readonly because: string;
}

export interface Verdicts {
  readonly findings: readonly FindingDraft[];
  readonly undecided: readonly Undecided[];
}

export interface Detector {
  readonly meta: CheckMeta;
  run(view: View<Needs>, context: Context): Verdicts;
}

/** Ties what a check reads to what it says it needs: reading a section that was not named does not compile. */
export function defineDetector<const N extends Needs>(detector: {
  readonly meta: CheckMeta<N>;
  run(view: View<N>, context: Context): Verdicts;
}): Detector {
  return detector as unknown as Detector;
}
