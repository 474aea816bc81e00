import type { Inventory } from '../model/inventory.ts';
import type { DatasetLink, Links } from '../model/links.ts';
import type { Dataset } from '../model/truenas.ts';
import { ancestorsOf } from './ancestors.ts';
import { worstCaseOf } from './limit.ts';

export type Promised = { readonly ok: true; readonly bytes: number } | { readonly ok: false; readonly because: string };

const volumeRoles: readonly DatasetLink['role'][] = ['volume', 'incomplete', 'detachedSnapshot'];

interface Holder {
  readonly dataset: Dataset;
  /** 0 for what no volume stands on: without a limit it stays as it is. Undefined when Kubernetes does not tell. */
  capacityBytes: number | undefined;
}

/**
 * Worst case of a pool: the sum of what every volume there may come to hold, claimed or not. A dataset that serves two
 * volumes counts once, and one below another counts with it.
 */
export function promisedIn(inventory: Inventory, links: Links): (nas: string, pool: string) => Promised {
  const unread = inventory.clusters.find((cluster) => !cluster.sections.persistentVolumes.ok);
  if (unread !== undefined) {
    const because = `the volumes of cluster ${unread.name} could not be read`;
    return () => ({ ok: false, because });
  }
  const holders = findHolders(links);
  const sums = new Map<string, { bytes: number; unknown: number }>();
  for (const [key, { dataset, capacityBytes }] of holders) {
    const nas = key.slice(0, key.indexOf(' '));
    if (ancestorsOf(dataset.name).some((above) => holders.has(`${nas} ${above}`))) continue;
    const sum = sums.get(`${nas} ${dataset.pool}`) ?? { bytes: 0, unknown: 0 };
    const bytes = worstCaseOf(dataset, capacityBytes);
    if (bytes === undefined) sum.unknown += 1;
    else sum.bytes += bytes;
    sums.set(`${nas} ${dataset.pool}`, sum);
  }
  return (nas, pool) => {
    const sum = sums.get(`${nas} ${pool}`) ?? { bytes: 0, unknown: 0 };
    if (sum.unknown === 0) return { ok: true, bytes: sum.bytes };
    return { ok: false, because: `the size or limit of ${sum.unknown} of its volumes is not known` };
  };
}

/** Datasets that hold a volume, by `nas dataset`, with what Kubernetes promised for them. */
function findHolders(links: Links): Map<string, Holder> {
  const holders = new Map<string, Holder>();
  for (const { nas, dataset, role } of links.datasets) {
    if (volumeRoles.includes(role)) holders.set(`${nas} ${dataset.name}`, { dataset, capacityBytes: 0 });
  }
  for (const { backing, volume } of links.volumes) {
    if (backing.status !== 'found') continue;
    const { nas, dataset } = backing.value;
    const key = `${nas} ${dataset.name}`;
    const other = holders.get(key)?.capacityBytes ?? 0;
    const capacityBytes = volume.capacityBytes === undefined ? undefined : Math.max(other, volume.capacityBytes);
    holders.set(key, { dataset, capacityBytes });
  }
  return holders;
}
