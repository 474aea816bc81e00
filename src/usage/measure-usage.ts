import type { Inventory } from '../model/inventory.ts';
import type { Links, VolumeLink } from '../model/links.ts';
import type { PoolUsage, Usage, VolumeUsage } from '../model/scan-result.ts';
import type { ZfsSnapshot } from '../model/truenas.ts';
import { groupBy } from '../util/groups.ts';
import { groupUsage } from './group-usage.ts';
import { findGaps } from './not-assessed.ts';
import { toPoolUsage } from './pool-usage.ts';
import { promisedIn } from './promised.ts';
import { countOrigins } from './snapshot-origins.ts';
import { type SnapshotsOf, toVolumeUsage } from './volume-usage.ts';

interface Measured {
  readonly link: VolumeLink;
  readonly usage: VolumeUsage | undefined;
}

/** Who uses the space, by volume, namespace, StorageClass, backend and pool, as ZFS accounts for it. */
export function measureUsage(inventory: Inventory, links: Links): Usage {
  const snapshotsOf = indexSnapshots(inventory);
  const measured = links.volumes
    .filter(({ backing }) => backing.status !== 'absent')
    .map((link): Measured => ({ link, usage: toVolumeUsage(link, snapshotsOf) }));
  const group = (keyOf: (link: VolumeLink) => string | undefined) =>
    groupUsage(
      measured.flatMap(({ link, usage }) => {
        const key = keyOf(link);
        return key === undefined ? [] : [{ key, usage }];
      }),
    );
  const volumes = measured.flatMap(({ usage }) => usage ?? []).sort(byIdentity);
  const pools = measurePools(inventory, links, volumes);
  return {
    volumes,
    namespaces: group(({ cluster, volume }) => `${cluster}/${volume.claim?.namespace ?? '(no claim)'}`),
    storageClasses: group(({ cluster, volume }) => `${cluster}/${volume.storageClass ?? '(no class)'}`),
    backends: group(({ backend }) => backend?.id),
    pools: pools.rows,
    snapshotOrigins: countOrigins(links),
    notAssessed: [...findGaps(inventory, links), ...pools.gaps],
  };
}

function measurePools(inventory: Inventory, links: Links, volumes: readonly VolumeUsage[]) {
  const promised = promisedIn(inventory, links);
  const byPool = groupBy(volumes, ({ nas, pool }) => `${nas} ${pool}`);
  const rows: PoolUsage[] = [];
  const gaps: Usage['notAssessed'] = [];
  for (const nas of inventory.nases) {
    const { pools, datasets } = nas.sections;
    if (!pools.ok || !datasets.ok) {
      if (pools.ok) rows.push(...pools.items.map((pool) => toPoolUsage(nas, pool, nothingKnown)));
      continue;
    }
    for (const pool of pools.items) {
      const sum = promised(nas.name, pool.name);
      if (!sum.ok) gaps.push({ what: `Overcommit of pool ${pool.name} on NAS ${nas.name}`, because: sum.because });
      const count = byPool.get(`${nas.name} ${pool.name}`)?.length ?? 0;
      rows.push(toPoolUsage(nas, pool, { volumes: count, promisedBytes: sum.ok ? sum.bytes : undefined }));
    }
  }
  return { rows, gaps };
}

/** Without datasets nothing says what stands in a pool. */
const nothingKnown = { volumes: undefined, promisedBytes: undefined };

function indexSnapshots({ nases }: Inventory): SnapshotsOf {
  const byNas = new Map<string, Map<string, ZfsSnapshot[]>>();
  for (const { name, sections } of nases) {
    if (sections.snapshots.ok)
      byNas.set(
        name,
        groupBy(sections.snapshots.items, ({ dataset }) => dataset),
      );
  }
  return (nas, dataset) => {
    const known = byNas.get(nas);
    return known === undefined ? undefined : (known.get(dataset) ?? []);
  };
}

function byIdentity(a: VolumeUsage, b: VolumeUsage): number {
  return `${a.cluster} ${a.persistentVolume}` < `${b.cluster} ${b.persistentVolume}` ? -1 : 1;
}
