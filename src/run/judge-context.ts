import type { Context, Peek } from '../model/check.ts';
import type { Collected } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import type { JudgeOptions } from '../model/options.ts';

/** A clock that is further off than this is added to every limit, and said. Milliseconds. */
export const toleratedSkewMs = 5 * 60_000;

/** Clocks of both sides and times of creation are known to the second. Milliseconds. */
const clockGrainMs = 2_000;

export interface ClockNote {
  readonly source: string;
  readonly skewMs: number;
}

/**
 * Both sides are read at the same time: what was made since the first list was asked for may be in one list and not in
 * another, so it is too young for every check, whatever limit config sets.
 */
export function buildContext(inventory: Inventory, options: JudgeOptions, now: Date): Context {
  const skews = skewBySource(inventory);
  const readingMs = now.getTime() - firstReadingMs(inventory) + clockGrainMs;
  const ageMs: Context['ageMs'] = (source, at) => {
    const time = at === undefined ? Number.NaN : Date.parse(at);
    return Number.isNaN(time) ? undefined : now.getTime() + (skews.get(source) ?? 0) - time;
  };
  return {
    options,
    ageMs,
    isOlderThan: (source, at, limitMs) => {
      const age = ageMs(source, at);
      if (age === undefined) return 'unknown';
      const skew = Math.abs(skews.get(source) ?? 0);
      return age > Math.max(limitMs, readingMs) + (skew > toleratedSkewMs ? skew : 0) ? 'yes' : 'no';
    },
    peek: buildPeek(inventory),
  };
}

/** When the first list was asked for. */
function firstReadingMs({ clusters, nases }: Inventory): number {
  const lists: Collected<unknown>[] = [...clusters, ...nases].flatMap(({ sections }) => Object.values(sections));
  const times = lists.map(({ takenAt }) => Date.parse(takenAt)).filter((time) => !Number.isNaN(time));
  return Math.min(...times, Number.MAX_SAFE_INTEGER);
}

export function findClockSkew(inventory: Inventory): ClockNote[] {
  return [...skewBySource(inventory)]
    .filter(([, skewMs]) => Math.abs(skewMs) > toleratedSkewMs)
    .map(([source, skewMs]) => ({ source, skewMs }));
}

function skewBySource(inventory: Inventory): Map<string, number> {
  return new Map([
    ...inventory.clusters.map(({ name, clockSkewMs }) => [`cluster/${name}`, clockSkewMs ?? 0] as const),
    ...inventory.nases.map(({ name, clockSkewMs }) => [`nas/${name}`, clockSkewMs ?? 0] as const),
  ]);
}

function buildPeek(inventory: Inventory): Peek {
  const clusters = new Map(inventory.clusters.map((cluster) => [cluster.name, cluster.sections]));
  const nases = new Map(inventory.nases.map((nas) => [nas.name, nas.sections]));
  const itemsOf = (section: Collected<unknown> | undefined) => (section?.ok === true ? section.items : undefined);
  return {
    cluster: (name, section) => itemsOf(clusters.get(name)?.[section]) as never,
    nas: (name, section) => itemsOf(nases.get(name)?.[section]) as never,
  };
}
