import type { Config } from '../config/schema.ts';
import { toOtelTarget } from '../config/to-otel-target.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { RunProblem } from '../run/ports.ts';
import { durationMs } from '../util/duration.ts';
import { leaveTrace } from '../util/trail.ts';
import type { DeliverDeps } from './deps.ts';
import { guarded } from './guarded.ts';
import { sendOtelMetrics } from './otel/send.ts';
import { buildRunGroupOf, buildSourceGroups } from './pushgateway/build.ts';
import type { MetricGroup } from './pushgateway/metric.ts';
import { pushGroups } from './pushgateway/push.ts';
import { buildRunGroup, type RunFacts } from './pushgateway/run-group.ts';
import { formatGroups, writeMetricsFile } from './pushgateway/text-file.ts';
import { noVolumes } from './pushgateway/volume-metrics.ts';

type SinkDeps = Pick<DeliverDeps, 'logger' | 'signal'>;

/** Where metrics go. Sending the same again changes nothing anywhere. */
interface MetricSink {
  readonly name: string;
  readonly timeoutMs: number;
  readonly send: (groups: readonly MetricGroup[]) => Promise<void>;
}

/** One job per sink, with everything that a run has to say. A report of a period is no scan: it says nothing. */
export function metricJobs(
  config: Config,
  result: ScanResult,
  problems: readonly RunProblem[],
  deps: DeliverDeps,
): Promise<readonly RunProblem[]>[] {
  if (deps.report !== undefined || deps.exitCode === 6) return [];
  return sendAll(config, groupsOf(config, result, toRunFacts(result, problems, deps)), deps);
}

/** What a scan with this result would send, in one text. The exit code is that of the scan alone. */
export function formatScanMetrics(config: Config, result: ScanResult): Promise<string> {
  const { deployment, finishedAt, durationMs: took, complete } = result.scan;
  return formatGroups(
    groupsOf(config, result, { deployment, finishedAt, durationMs: took, exitCode: complete ? 0 : 3 }),
  );
}

function groupsOf(config: Config, result: ScanResult, run: RunFacts): readonly MetricGroup[] {
  const { perVolume = noVolumes } = config.pushgateway ?? {};
  return [...buildSourceGroups(result, { perVolume }), buildRunGroupOf(result, run)];
}

/** For a run that ended without a result: its exit code and time, and nothing that a run before has said is lost. */
export async function sendRunFacts(config: Config, run: RunFacts, deps: SinkDeps): Promise<readonly RunProblem[]> {
  if (run.exitCode === 6) return [];
  return (await Promise.all(sendAll(config, [buildRunGroup(run)], deps))).flat();
}

function sendAll(config: Config, groups: readonly MetricGroup[], deps: SinkDeps): Promise<readonly RunProblem[]>[] {
  return sinksOf(config, deps).map(({ name, timeoutMs, send }) =>
    guarded(name, timeoutMs, deps, async () => {
      await traced(name, () => send(groups));
      return [];
    }),
  );
}

async function traced(sink: string, send: () => Promise<void>): Promise<void> {
  try {
    await send();
    leaveTrace({ kind: 'delivery', sink, outcome: 'sent' });
  } catch (error) {
    leaveTrace({ kind: 'delivery', sink, outcome: 'failed' });
    throw error;
  }
}

function sinksOf({ pushgateway, output, otel }: Config, deps: SinkDeps): readonly MetricSink[] {
  const { metricsPath } = output;
  const sinks: MetricSink[] = [];
  if (pushgateway !== undefined) {
    const timeoutMs = durationMs(pushgateway.timeout);
    sinks.push({ name: 'Pushgateway', timeoutMs, send: (groups) => pushGroups(groups, pushgateway, deps) });
  }
  if (metricsPath !== undefined) {
    sinks.push({ name: 'metrics file', timeoutMs: 10_000, send: (groups) => writeMetricsFile(metricsPath, groups) });
  }
  if (otel.enabled) {
    const timeoutMs = 10_000;
    const send = async (groups: readonly MetricGroup[]) => {
      const target = await toOtelTarget(otel, 'metrics', process.env);
      await sendOtelMetrics(groups, target, timeoutMs);
    };
    sinks.push({ name: 'OpenTelemetry', timeoutMs, send });
  }
  return sinks;
}

function toRunFacts({ scan }: ScanResult, problems: readonly RunProblem[], deps: DeliverDeps): RunFacts {
  const isFailed = problems.length > 0 && (deps.exitCode === 0 || deps.exitCode === 10);
  return {
    deployment: scan.deployment,
    exitCode: isFailed ? 5 : deps.exitCode,
    finishedAt: deps.now().toISOString(),
    durationMs: scan.durationMs,
    failedDeliveries: problems.length,
  };
}
