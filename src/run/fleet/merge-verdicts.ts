import type { SourceId } from '../../model/collected.ts';
import { sumByComponent } from '../../model/validation.ts';
import { mergeUsage } from '../../usage/merge-usage.ts';
import type { Note } from '../judge-notes.ts';
import type { PartVerdict } from './judge-part.ts';

/** Everything in the order that one piece would have: backends by name, then clusters and NASes as config names them. */
export function mergeVerdicts(parts: readonly PartVerdict[], sources: readonly SourceId[]): PartVerdict {
  const place = new Map<string, number>(sources.map((source, index) => [source, index + 1]));
  const byScope = <T extends { readonly scope: string }>(rows: readonly T[]): T[] =>
    rows.toSorted((a, b) => (place.get(a.scope) ?? 0) - (place.get(b.scope) ?? 0) || compare(a.scope, b.scope, place));
  const bySource = <T>(rows: readonly T[], sourceOf: (row: T) => string): T[] =>
    rows.toSorted((a, b) => (place.get(sourceOf(a)) ?? 0) - (place.get(sourceOf(b)) ?? 0));
  const usage = mergeUsage(parts.map((part) => part.usage));
  const results = byScope(parts.flatMap(({ validation }) => validation.results));
  return {
    judged: {
      drafts: byScope(parts.flatMap(({ judged }) => judged.drafts)),
      outcomes: byScope(parts.flatMap(({ judged }) => judged.outcomes)),
      marks: bySource(
        parts.flatMap(({ judged }) => judged.marks),
        ({ source }) => source,
      ),
      notes: uniqueNotes(parts.flatMap(({ judged }) => judged.notes)),
      backends: parts.flatMap(({ judged }) => judged.backends).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      links: { volumes: parts.flatMap(({ judged }) => judged.links.volumes) },
    },
    read: {
      weakTls: parts.flatMap(({ read }) => read.weakTls),
      sections: bySource(
        parts.flatMap(({ read }) => read.sections),
        ({ source }) => source,
      ),
      clusters: bySource(
        parts.flatMap(({ read }) => read.clusters),
        ({ name }) => `cluster/${name}`,
      ),
      nases: bySource(
        parts.flatMap(({ read }) => read.nases),
        ({ name }) => `nas/${name}`,
      ),
    },
    usage: { ...usage, pools: bySource(usage.pools, ({ nas }) => `nas/${nas}`) },
    validation: {
      state: 'ready',
      results,
      components: sumByComponent(results),
      disabled: parts[0]?.validation.disabled ?? [],
    },
  };
}

/** Backends stand in no place of config: by their id, before all others. */
function compare(a: string, b: string, place: ReadonlyMap<string, number>): number {
  if (a === b || place.has(a)) return 0;
  return a < b ? -1 : 1;
}

/** What is true of the whole run every part says. */
function uniqueNotes(notes: readonly Note[]): Note[] {
  return [...new Map(notes.map((note) => [`${note.kind} ${note.text}`, note])).values()];
}
