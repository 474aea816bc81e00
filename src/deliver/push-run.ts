import type { Config } from '../config/schema.ts';
import { type PushDeps, pushGroups } from './pushgateway/push.ts';
import { buildRunGroup, type RunFacts } from './pushgateway/run-group.ts';

/**
 * For a run that ended without a result: its exit code and time, and nothing that a run before has pushed is lost.
 * @throws AggregateError of SourceErrors, ConfigError
 */
export async function pushRunFacts(config: Config, run: RunFacts, deps: PushDeps): Promise<void> {
  if (config.pushgateway === undefined || run.exitCode === 6) return;
  await pushGroups([buildRunGroup(run)], config.pushgateway, deps);
}
