import type { Config } from '../config/schema.ts';
import { toClusterTargets, toNasTargets } from '../config/to-targets.ts';
import { ConfigError } from '../errors.ts';
import { deleteSourceGroup, listSources } from './pushgateway/groups.ts';
import type { PushDeps } from './pushgateway/push.ts';

export interface PrunedMetrics {
  /** Still configured. */
  readonly kept: readonly string[];
  /** Not configured here, and left alone: perhaps those of another deployment. */
  readonly unknown: readonly string[];
  readonly deleted: readonly string[];
}

/**
 * Takes the groups of these sources off the Pushgateway; without any, only tells which ones this config does not name.
 * @throws ConfigError for a source that is still configured, DeliveryError when the Pushgateway cannot be asked.
 */
export async function pruneMetrics(config: Config, sources: readonly string[], deps: PushDeps): Promise<PrunedMetrics> {
  const { pushgateway } = config;
  if (pushgateway === undefined) {
    throw new ConfigError('no Pushgateway is configured', { remedy: 'Set `pushgateway.url` in the config.' });
  }
  const configured = new Set([
    ...toClusterTargets(config).map(({ name }) => `cluster/${name}`),
    ...toNasTargets(config).map(({ name }) => `nas/${name}`),
  ]);
  const living = sources.find((source) => configured.has(source));
  if (living !== undefined) {
    throw new ConfigError(`${living} is still configured: the next scan would push its metrics again`, {
      remedy: `Take ${living} out of the config first.`,
    });
  }
  const present = await listSources(pushgateway, deps);
  const wanted = present.filter((source) => sources.includes(source));
  for (const source of wanted) await deleteSourceGroup(source, pushgateway, deps);
  return {
    kept: present.filter((source) => configured.has(source)),
    unknown: present.filter((source) => !configured.has(source) && !wanted.includes(source)),
    deleted: wanted,
  };
}
