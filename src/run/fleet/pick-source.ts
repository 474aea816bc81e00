import type { Config } from '../../config/schema.ts';
import { ConfigError } from '../../errors.ts';
import type { SourceId } from '../../model/collected.ts';

export interface PickedSource {
  /** The same config with this source alone. */
  readonly config: Config;
  readonly source: SourceId;
  /** Whose shares of the same run have to be there before this source is read: the NASes come first. */
  readonly after: readonly SourceId[];
}

/** The share of one pod of an Indexed Job: the NASes in the order of config, then the clusters. @throws ConfigError */
export function pickSource(config: Config, index: number): PickedSource {
  const nas = config.nas[index];
  if (nas !== undefined)
    return { config: { ...config, nas: [nas], clusters: [] }, source: `nas/${nas.name}`, after: [] };
  const cluster = config.clusters[index - config.nas.length];
  if (cluster === undefined) throw tooHigh(config, index);
  return {
    config: { ...config, nas: [], clusters: [cluster] },
    source: `cluster/${cluster.name}`,
    after: config.nas.map(({ name }): SourceId => `nas/${name}`),
  };
}

function tooHigh({ nas, clusters }: Config, index: number): ConfigError {
  const count = nas.length + clusters.length;
  const has = `${nas.length} NASes and ${clusters.length} clusters`;
  return new ConfigError(`--index ${index}: config names ${has}, so that the last index is ${count - 1}`, {
    remedy: `Set \`completions: ${count}\` in the Indexed Job that runs the shares.`,
  });
}
