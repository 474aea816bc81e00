import type { Inventory } from '../model/inventory.ts';
import type { Links } from '../model/links.ts';
import type { JudgeOptions } from '../model/options.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { groupBy } from '../util/groups.ts';
import { findClockSkew } from './judge-context.ts';

export type Note = ScanResult['notes'][number];

/** What a reader should know but nobody must act on. */
export function listNotes(inventory: Inventory, links: Links, options: JudgeOptions): Note[] {
  return [...skewNotes(inventory), ...backendNotes(links), ...fieldNotes(inventory), ...disabledNotes(options)];
}

function skewNotes(inventory: Inventory): Note[] {
  return findClockSkew(inventory).map(({ source, skewMs }) => {
    const minutes = Math.round(Math.abs(skewMs) / 60_000);
    const direction = skewMs > 0 ? 'ahead of' : 'behind';
    return {
      kind: 'clockSkew',
      text: `The clock of ${source} is ${minutes} minutes ${direction} ours; every age limit there is longer by as much.`,
    };
  });
}

function backendNotes(links: Links): Note[] {
  return links.backends
    .filter(({ foundBy }) => foundBy === 'volumes' || foundBy === 'properties')
    .map(({ driver, cluster, nas, parents }) => ({
      kind: 'inferredBackend',
      text: `${driver} of cluster ${cluster} on NAS ${nas} is not in config; its parents (${parents.join(', ') || 'unknown'}) were inferred.`,
    }));
}

function fieldNotes(inventory: Inventory): Note[] {
  const sources = [
    ...inventory.clusters.map(({ name, sections }) => [`cluster/${name}`, sections] as const),
    ...inventory.nases.map(({ name, sections }) => [`nas/${name}`, sections] as const),
  ];
  return sources.flatMap(([source, sections]) =>
    Object.entries(sections).flatMap(([name, section]) =>
      Object.entries(section.ok ? (section.unreadable ?? {}) : {}).map(([field, count]) => ({
        kind: 'unreadableField',
        text: `${source} ${name}: ${field} could not be read in ${count} item${count === 1 ? '' : 's'} and is unknown there.`,
      })),
    ),
  );
}

function disabledNotes({ disabledChecks }: JudgeOptions): Note[] {
  return disabledChecks.map((check) => ({ kind: 'disabledCheck', text: `Check ${check} is switched off in config.` }));
}

/** Volumes that no TrueNAS keeps, or that were written by hand: said once per cluster and reason. */
export function volumeNotes(links: Links): Note[] {
  const apart = links.volumes.filter((link) => link.outOfReach !== undefined && !isOnUnknownNas(link));
  const groups = groupBy(apart, ({ cluster, outOfReach }) => `cluster/${cluster}: ${outOfReach}`);
  return [...groups].map(([words, volumes]) => ({
    kind: 'outOfReach',
    text: `${volumes.length} PersistentVolume${volumes.length === 1 ? '' : 's'} not judged, ${words}.`,
  }));
}

/** A volume that should be on one of our NASes and was not seen there: it should be judged and cannot be. */
export function isOnUnknownNas({ reach }: Links['volumes'][number]): boolean {
  return reach === 'notFound';
}
