import type { Dataset, NasInventory, Pool } from '../../model/truenas.ts';
import { parentOf, poolOf } from '../../util/names.ts';
import type { Suspicion } from './guard.ts';

/** What a NAS shows of a place: its pool and its datasets by name. */
interface Places {
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly pools: ReadonlyMap<string, Pool>;
}

const known = new WeakMap<NasInventory, Places>();

function placesOf(nas: NasInventory): Places {
  const cached = known.get(nas);
  if (cached !== undefined) return cached;
  const { datasets, pools } = nas.sections;
  const places = {
    datasets: new Map((datasets.ok ? datasets.items : []).map((dataset) => [dataset.name, dataset])),
    pools: new Map((pools.ok ? pools.items : []).map((pool) => [pool.name, pool])),
  };
  known.set(nas, places);
  return places;
}

const usable = new Set(['ONLINE', 'DEGRADED']);

/** Why nothing can be concluded from what is not below this dataset. */
export function doubtBelow(nas: NasInventory, parent: string): Suspicion | undefined {
  const places = placesOf(nas);
  const pool = places.pools.get(poolOf(parent));
  const source = `nas/${nas.name}`;
  const doubt = (because: string): Suspicion => ({ guard: 'parent-missing', because, source });
  if (pool === undefined) return doubt(`pool ${poolOf(parent)} is not there on ${source}`);
  if (!usable.has(pool.status)) return doubt(`pool ${pool.name} on ${source} is ${pool.status}`);
  const hidden = doubtAboutName(nas, parent);
  if (hidden !== undefined) return hidden;
  for (let name: string | undefined = parent; name !== undefined; name = parentOf(name)) {
    if (places.datasets.get(name)?.locked === true) return doubt(`${name} on ${source} is locked`);
  }
  if (!places.datasets.has(parent)) return doubt(`parent dataset ${parent} is not there on ${source}`);
  return undefined;
}

const hiddenTexts = ['/.system', '/ix-applications', '/ix-apps', '/.ix-virt', '/.truenas_containers'];

/** TrueNAS leaves datasets with such a text anywhere in the name out of its lists (from 25.10 on; earlier at the start). */
export function doubtAboutName(nas: NasInventory, name: string): Suspicion | undefined {
  const text = hiddenTexts.find((hidden) => name.includes(hidden));
  const isBoot = /^(?:boot-pool|freenas-boot)(?:\/|$)/.test(name);
  if (text === undefined && !isBoot) return undefined;
  const because = `nas/${nas.name} leaves names such as ${name} out of its lists`;
  return { guard: 'hidden-name', because, source: `nas/${nas.name}` };
}
