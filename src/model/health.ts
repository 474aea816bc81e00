/** One step on the way to a configured system. */
export interface HealthStep {
  readonly name: 'config' | 'dns' | 'tcp' | 'tls' | 'login' | 'rights' | 'call';
  readonly status: 'passed' | 'warned' | 'failed' | 'skipped';
  readonly detail: string;
  readonly remedy?: string;
  readonly durationMs?: number;
}

export interface HealthReport {
  readonly source: `cluster/${string}` | `nas/${string}`;
  readonly steps: readonly HealthStep[];
}

/** What a system answered when it was tried: the network first; the rest only when that was passed. */
export interface Probe<I> {
  readonly network: readonly HealthStep[];
  readonly loginMs?: number;
  /** Everything was asked for once; a login that failed has failed every list. */
  readonly inventory?: I;
  readonly callsMs?: number;
}
