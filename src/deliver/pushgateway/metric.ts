/** One metric family as plain data. Gauges only: a batch job counts nothing over time. */
export interface Metric {
  readonly name: `strandline_${string}`;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What one push carries. PUT replaces everything under the key; POST leaves metrics with other names alone. */
export interface MetricGroup {
  readonly method: 'PUT' | 'POST';
  /** The grouping key, `job` first. */
  readonly key: Readonly<Record<string, string>> & { readonly job: string };
  readonly metrics: readonly Metric[];
}

/** A family without samples says nothing, so it is left out. */
export function gauge(name: Metric['name'], help: string, samples: readonly Sample[]): Metric[] {
  return samples.length === 0 ? [] : [{ name, help, samples }];
}

/** Unknown is absent, never 0. */
export function sample(value: number | undefined, labels: Readonly<Record<string, string>> = {}): Sample[] {
  return value === undefined || Number.isNaN(value) ? [] : [{ labels, value }];
}
