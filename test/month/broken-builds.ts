import type { ThroughObjects } from '../../src/history/store.ts';
import type { Collected } from '../../src/model/collected.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Ports } from '../../src/run/ports.ts';
import type { Bench } from './bench.ts';
import type { Invariant } from './invariants.ts';
import type { MonthOptions } from './run-month.ts';

/** A build with one mistake, made by an adapter that is handed in: src knows nothing of it. */
export interface BrokenBuild {
  readonly name: string;
  readonly breaks: Invariant;
  readonly nights: number;
  readonly make: () => Pick<MonthOptions, 'build' | 'throughObjects'>;
}

export const brokenBuilds: readonly BrokenBuild[] = [
  { name: 'takes a list that was cut for a whole one', breaks: 'no false verdict', nights: 3, make: acceptCutLists },
  { name: 'loses a finding on its way', breaks: 'no missed leak', nights: 3, make: loseFinding },
  { name: 'says a scan is stored before it is', breaks: 'no lost scan', nights: 1, make: forgetCommits },
  { name: 'forgets what it mailed', breaks: 'no double mail', nights: 3, make: forgetOutbox },
  { name: 'pushes metrics of an empty result', breaks: 'metrics true', nights: 3, make: pushNothing },
  { name: 'keeps something of every scan', breaks: 'memory flat', nights: 9, make: keepEverything },
];

/** Takes the pages of the datasets that came before the cut for all of them. */
function acceptCutLists(): Pick<MonthOptions, 'build'> {
  const build = (ports: Ports, bench: Bench): Ports => ({
    ...ports,
    runScan: async (config, deps) => {
      const inventory = await ports.collect(config, deps);
      if (inventory.nases.every(({ sections }) => sections.datasets.ok)) return ports.replay(config, inventory, deps);
      for (const { line } of bench.systems.values()) line.set({}); // to know what would have come
      return ports.replay(config, cutShort(await ports.collect(config, deps)), deps);
    },
  });
  return { build };
}

function cutShort({ nases, ...rest }: Inventory): Inventory {
  const shorten = <T>(section: Collected<T>): Collected<T> =>
    section.ok ? { ...section, items: section.items.slice(0, Math.floor(section.items.length * 0.9)) } : section;
  return {
    ...rest,
    nases: nases.map((nas) => ({
      ...nas,
      sections: { ...nas.sections, datasets: shorten(nas.sections.datasets) },
    })),
  };
}

function loseFinding(): Pick<MonthOptions, 'build'> {
  const build = (ports: Ports): Ports => ({
    ...ports,
    runScan: async (config, deps) => {
      const { result, ...rest } = await ports.runScan(config, deps);
      return { ...rest, result: { ...result, findings: result.findings.slice(1) } };
    },
  });
  return { build };
}

function forgetCommits(): Pick<MonthOptions, 'throughObjects'> {
  const throughObjects: ThroughObjects = (objects) => ({
    ...objects,
    putIfAbsent: async (key, body) => (key.startsWith('commits/') ? 'created' : objects.putIfAbsent(key, body)),
  });
  return { throughObjects };
}

/** The outbox lives as long as its process. */
function forgetOutbox(): Pick<MonthOptions, 'throughObjects'> {
  const throughObjects: ThroughObjects = (objects) => {
    const own = new Map<string, Uint8Array>();
    return {
      ...objects,
      putIfAbsent: async (key, body) => {
        if (!key.startsWith('outbox/')) return objects.putIfAbsent(key, body);
        own.set(key, body);
        return 'created';
      },
      get: async (key) => own.get(key) ?? objects.get(key),
    };
  };
  return { throughObjects };
}

function pushNothing(): Pick<MonthOptions, 'build'> {
  const build = (ports: Ports): Ports => ({
    ...ports,
    deliver: (config, result, request, deps) => ports.deliver(config, { ...result, findings: [] }, request, deps),
  });
  return { build };
}

function keepEverything(): Pick<MonthOptions, 'build'> {
  const kept: Uint8Array[] = [];
  const build = (ports: Ports): Ports => {
    kept.push(new Uint8Array(12_000_000).fill(kept.length));
    return ports;
  };
  return { build };
}
