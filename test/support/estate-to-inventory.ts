import type { FailedSection, SourceId } from '../../src/model/collected.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { toClusterInventory } from './estate-cluster-inventory.ts';
import { toNasInventory } from './estate-nas-inventory.ts';

export interface ProjectionOptions {
  /** Lists that could not be read: their sections fail. */
  readonly isUnread?: (source: SourceId, section: string) => boolean;
  /** What the cluster side is read from, when things changed after the NAS had been read. */
  readonly clustersFrom?: Estate;
}

/**
 * What faultless collectors would read of an estate, without any wire: for accuracy runs over very many estates. It is
 * written against the model only and knows neither the collectors nor the judging code.
 */
export function toInventory(estate: Estate, options: ProjectionOptions = {}): Inventory {
  const nasAt = estate.now;
  const clusterAt = new Date(Date.parse(estate.now) + 5_000).toISOString();
  const read = <T extends object>(source: SourceId, sections: T, takenAt: string): T => {
    const { isUnread } = options;
    if (isUnread === undefined) return sections;
    const entries = Object.entries(sections).map(([name, section]) => [
      name,
      isUnread(source, name) ? unread(source, name, takenAt) : section,
    ]);
    return Object.fromEntries(entries) as T;
  };
  return {
    schemaVersion: 1,
    clusters: (options.clustersFrom ?? estate).clusters.map((cluster) => {
      const inventory = toClusterInventory(cluster, clusterAt);
      return { ...inventory, sections: read(`cluster/${cluster.name}`, inventory.sections, clusterAt) };
    }),
    nases: estate.nases.map((nas) => {
      const inventory = toNasInventory(nas, aliasesOf(estate, nas.name), nasAt);
      return { ...inventory, sections: read(`nas/${nas.name}`, inventory.sections, nasAt) };
    }),
  };
}

function unread(source: SourceId, name: string, takenAt: string): FailedSection {
  return { ok: false, takenAt, error: { code: 'unreachable', message: `${source} ${name}: no connection` } };
}

function aliasesOf(estate: Estate, nas: string): readonly string[] {
  const entries = (estate.config['nas'] ?? []) as readonly { name: string; aliases?: readonly string[] }[];
  return entries.find((entry) => entry.name === nas)?.aliases ?? [];
}
