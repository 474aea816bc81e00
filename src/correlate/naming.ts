import type { ShareKind } from '../model/links.ts';
import { addTo } from '../util/groups.ts';
import { trimPath } from '../util/names.ts';
import type { CoverageOf } from './coverage.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';

/** Whether a share or extent for something directly below this parent is named as the driver names all of them there. */
export type NamingTest = (parent: string, kind: ShareKind, name: string) => boolean;

/** Fewer names than this show no habit, and a shorter beginning and end than this is anybody's. */
const fewestNames = 3;
const shortestAffixes = 4;

/** Learns what the names of all living siblings begin and end with: drivers name from a template, people do not. */
export function learnNaming(index: NasIndex, coverageOf: CoverageOf): NamingTest {
  const names = new Map<string, string[]>();
  const learn = (kind: ShareKind, name: string, dataset: string | undefined) => {
    if (dataset === undefined || !index.datasets.has(dataset)) return;
    const coverage = coverageOf(index.nas.name, dataset);
    if (coverage?.kind === 'parent' && coverage.depth === 1) addTo(names, `${coverage.parent} ${kind}`, name);
  };
  for (const { name, zvol } of itemsOf(index.nas, 'iscsiExtents')) learn('IscsiExtent', name, zvol);
  for (const { name, path } of itemsOf(index.nas, 'smbShares')) {
    const dataset = path === undefined ? undefined : index.datasetsByMountpoint.get(trimPath(path));
    learn('SmbShare', name, dataset?.name);
  }
  const habits = new Map([...names].map(([key, known]) => [key, habitOf(known)]));
  return (parent, kind, name) => {
    const habit = habits.get(`${parent} ${kind}`);
    return habit !== undefined && name.startsWith(habit.prefix) && name.endsWith(habit.suffix);
  };
}

function habitOf(names: readonly string[]): { readonly prefix: string; readonly suffix: string } | undefined {
  const prefix = commonPrefix(names);
  const reversed = (text: string) => [...text].reverse().join('');
  const suffix = reversed(commonPrefix(names.map((name) => reversed(name.slice(prefix.length)))));
  const isHabit = names.length >= fewestNames && prefix.length + suffix.length >= shortestAffixes;
  return isHabit ? { prefix, suffix } : undefined;
}

function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  let length = first.length;
  for (const text of rest) {
    while (!text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
