import type { VolumeUsage } from '../../model/scan-result.ts';
import type { ViewContext } from './context.ts';
import type { Formats } from './formats.ts';
import { compareText } from './group-findings.ts';
import { shareOf } from './pools.ts';

/** The five volumes nearest to their limit. */
export function buildTopVolumes({ result, formats }: ViewContext) {
  return result.usage.volumes
    .filter((volume) => volume.utilisation !== undefined)
    .toSorted((a, b) => (b.utilisation ?? 0) - (a.utilisation ?? 0) || compareText(a.uid, b.uid))
    .slice(0, 5)
    .map((volume) => toVolume(volume, formats));
}

/** Every volume up to the cap, largest first; volumes whose use is unknown come last. Of a large fleet not even the files list all. */
export function buildVolumes({ result, medium, formats }: ViewContext) {
  const { volumesLeftOut = 0 } = result.usage;
  const sorted = result.usage.volumes.toSorted(
    (a, b) => (b.usedBytes ?? -1) - (a.usedBytes ?? -1) || compareText(a.dataset, b.dataset),
  );
  return {
    total: sorted.length + volumesLeftOut,
    rows: sorted.slice(0, medium.volumes).map((volume) => toVolume(volume, formats)),
    leftOut: Math.max(0, sorted.length - medium.volumes) + volumesLeftOut,
    inFiles: volumesLeftOut > 0 ? `the largest ${sorted.length} of them` : 'all of them',
  };
}

function toVolume(volume: VolumeUsage, formats: Formats) {
  const { toAmount } = formats;
  return {
    cluster: volume.cluster,
    claim: claimOf(volume),
    claimKnown: volume.claim !== undefined,
    persistentVolume: volume.persistentVolume,
    dataset: volume.dataset,
    nas: volume.nas,
    storageClass: volume.storageClass ?? '–',
    kind: volume.kind,
    provisioning: volume.thin === undefined ? 'unknown' : volume.thin ? 'thin' : 'thick',
    provisioned: toAmount(volume.provisionedBytes),
    used: toAmount(volume.usedBytes),
    snapshots: toAmount(volume.snapshotBytes),
    snapshotCount: volume.snapshotCount === undefined ? 'unknown' : String(volume.snapshotCount),
    utilisation:
      volume.utilisation === undefined
        ? { ...shareOf(undefined, formats), text: '–' }
        : shareOf(volume.utilisation, formats),
  };
}

function claimOf(volume: VolumeUsage): string {
  if (volume.claim === undefined) return 'claim not known';
  return volume.namespace === undefined ? volume.claim : `${volume.namespace}/${volume.claim}`;
}
