import type { Dataset } from '../model/truenas.ts';

/** What ZFS lets its live data grow to: volsize, or the smaller of refquota and quota. Undefined when not limited or not known. */
export function limitOf(dataset: Dataset): number | undefined {
  if (dataset.type === 'VOLUME') return dataset.volsizeBytes;
  const limits = [dataset.refquotaBytes, dataset.quotaBytes].filter((bytes) => isLimit(bytes));
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** How much of its limit is used, 0..1 and above: live data against volsize or refquota, everything against quota. */
export function utilisationOf(dataset: Dataset): number | undefined {
  if (dataset.type === 'VOLUME') return shareOf(dataset.referencedBytes, dataset.volsizeBytes);
  const { refquotaBytes, quotaBytes } = dataset;
  const shares = [
    isLimit(refquotaBytes) ? shareOf(dataset.referencedBytes, refquotaBytes) : 0,
    isLimit(quotaBytes) ? shareOf(dataset.usedBytes, quotaBytes) : 0,
  ];
  if (!isLimit(refquotaBytes) && !isLimit(quotaBytes)) return undefined;
  return shares.includes(undefined) ? undefined : Math.max(...shares.map((share) => share ?? 0));
}

/**
 * The most space it may come to hold: all that its quota admits, or its live data at the limit beside the snapshots and
 * datasets below that it has now. `capacityBytes` is what Kubernetes promised where ZFS sets no limit.
 * Undefined when neither is known.
 */
export function worstCaseOf(dataset: Dataset, capacityBytes: number | undefined): number | undefined {
  const used = dataset.usedBytes;
  if (used === undefined) return undefined;
  if (dataset.type === 'FILESYSTEM' && isLimit(dataset.quotaBytes)) return Math.max(dataset.quotaBytes, used);
  const live = limitOf(dataset) ?? capacityBytes;
  if (live === undefined) return undefined;
  return Math.max(used, live + (dataset.usedBySnapshotsBytes ?? 0) + (dataset.usedByChildrenBytes ?? 0));
}

/** `null` (none set) and 0 (ZFS's word for none) are no limits. */
function isLimit(bytes: number | null | undefined): bytes is number {
  return typeof bytes === 'number' && bytes > 0;
}

function shareOf(usedBytes: number | undefined, limitBytes: number | undefined): number | undefined {
  return usedBytes === undefined || !limitBytes ? undefined : usedBytes / limitBytes;
}
