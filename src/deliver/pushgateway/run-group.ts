import type { ScanResult } from '../../model/scan-result.ts';
import { gauge, type Metric, type MetricGroup, sample } from './metric.ts';

/** How a run went. A run that failed before there was a result has only this. */
export interface RunFacts {
  readonly deployment: string;
  readonly exitCode: number;
  /** ISO 8601. */
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly version?: string;
  /** Deliveries of this run that failed and wait for the next one. */
  readonly failedDeliveries?: number;
}

/** Exit codes of a complete scan: only these set the time of the last success. */
const successCodes: ReadonlySet<number> = new Set([0, 5, 10]);

/** Sent by POST, so that a failed run leaves the time of the last success alone. */
export function buildRunGroup(run: RunFacts, result?: ScanResult): MetricGroup {
  const finished = Date.parse(run.finishedAt) / 1000;
  const isSuccess = successCodes.has(run.exitCode) && (result === undefined || result.scan.complete);
  return {
    method: 'POST',
    key: { job: 'strandline_run', deployment: run.deployment },
    metrics: [
      ...gauge('strandline_last_run_timestamp_seconds', 'When the last run ended.', sample(finished)),
      ...gauge('strandline_last_run_exit_code', 'Exit code of the last run.', sample(run.exitCode)),
      ...gauge('strandline_scan_duration_seconds', 'How long the last run took.', sample(run.durationMs / 1000)),
      ...gauge(
        'strandline_last_success_timestamp_seconds',
        'When the last complete scan ended.',
        isSuccess ? sample(finished) : [],
      ),
      ...gauge(
        'strandline_deliveries_failed',
        'Deliveries that failed and wait for the next run.',
        sample(run.failedDeliveries),
      ),
      ...(result === undefined ? [] : buildResultMetrics(result)),
    ],
  };
}

/** Facts about the whole run that belong to no source. */
function buildResultMetrics(result: ScanResult): readonly Metric[] {
  const { clusters, nases } = result.scope;
  const states = ['active', 'expiresSoon', 'expired', 'dead'] as const;
  return [
    ...gauge('strandline_source_up', '1 when the source was reached by the last run.', [
      ...clusters.map(({ name, reached }) => ({ labels: { source: `cluster/${name}` }, value: Number(reached) })),
      ...nases.map(({ name, reached }) => ({ labels: { source: `nas/${name}` }, value: Number(reached) })),
    ]),
    ...gauge('strandline_scan_complete', '1 when every list was read and every check assessed.', [
      { labels: {}, value: Number(result.scan.complete) },
    ]),
    ...gauge(
      'strandline_ignore_rules',
      'Ignore rules by what has become of them.',
      states.map((state) => ({
        labels: { state },
        value: result.ignoreRules.filter((rule) => rule.state === state).length,
      })),
    ),
    ...gauge('strandline_build_info', 'Which Strandline ran last.', [
      { labels: { version: result.tool.version }, value: 1 },
    ]),
  ];
}
