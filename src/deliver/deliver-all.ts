import type { Config } from '../config/schema.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { RunProblem } from '../run/ports.ts';
import type { DeliverDeps } from './deps.ts';
import { messagesJob, pingJobs } from './messages.ts';
import { metricJobs } from './metric-sinks.ts';

/**
 * Every configured delivery, side by side, each with its own time limit: one that fails or hangs neither stops nor delays
 * another. Never throws. When one has failed the metrics are sent a second time, for the exit code has changed.
 */
export async function deliverAll(
  config: Config,
  result: ScanResult,
  deps: DeliverDeps,
): Promise<readonly RunProblem[]> {
  const jobs = [...metricJobs(config, result, [], deps), ...pingJobs(config, deps), messagesJob(config, result, deps)];
  const problems = (await Promise.all(jobs)).flat();
  if (problems.length > 0) await Promise.all(metricJobs(config, result, problems, deps));
  return problems;
}
