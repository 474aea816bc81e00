import { ConfigError } from '../errors.ts';
import type { Session } from './context.ts';

/** Nothing at all to read is a mistake; a missing side is said, and the checks that need it are not assessed. */
export function requireSources({ config, missing, deps }: Pick<Session, 'config' | 'missing' | 'deps'>): void {
  if (config.clusters.length === 0 && config.nas.length === 0) {
    throw new ConfigError(missing.join('\n'), {
      remedy: 'Write a config file with `strandline config init` and give it by --config.',
    });
  }
  for (const gap of missing) deps.logger.warn({ gap }, 'Config asks for less or more than can be done');
}
