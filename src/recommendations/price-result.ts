import type { Finding } from '../model/finding.ts';
import type { Prices } from '../model/recommendation.ts';
import type { Usage } from '../model/scan-result.ts';
import { poolOf } from '../util/names.ts';
import { priceBytes } from '../util/price.ts';

/** Findings with what their reclaimable bytes cost a month; unpriced and unknown stay without. */
export function priceFindings(findings: readonly Finding[], usage: Usage, prices: Prices): Finding[] {
  const volumes = new Map(usage.volumes.map((volume) => [`${volume.cluster} ${volume.uid}`, volume]));
  return findings.map((finding) => {
    const { resource, bytes } = finding;
    const volume = volumes.get(`${resource.cluster} ${resource.uid}`);
    const where =
      volume ??
      (resource.nas === undefined || !isOnNas(resource.kind)
        ? undefined
        : { nas: resource.nas, pool: poolOf(resource.name) });
    const cost = where && priceBytes(prices, where, bytes.reclaimable);
    return cost === undefined ? finding : { ...finding, cost };
  });
}

export function pricePools(usage: Usage, prices: Prices): Usage {
  return {
    ...usage,
    pools: usage.pools.map((pool) => {
      const cost = priceBytes(prices, pool, pool.usedBytes);
      return cost === undefined ? pool : { ...pool, cost };
    }),
  };
}

/** Kinds whose name is a path that begins with the pool. */
function isOnNas(kind: string): boolean {
  return kind === 'Dataset' || kind === 'Zvol' || kind === 'ZfsSnapshot';
}
