import type { ScanResult, VolumeUsage } from '../../model/scan-result.ts';
import { gauge, type Metric, type Sample, sample } from './metric.ts';

export interface PerVolume {
  readonly enabled: boolean;
  /** Most volumes of the whole estate that get series; the largest come first. */
  readonly cap: number;
}

export const noVolumes: PerVolume = { enabled: false, cap: 1 };

const nearLimit = 0.9;

/** Which volumes have series of their own: the largest of all clusters; undefined when none shall. */
export function chooseVolumes(
  { usage }: ScanResult,
  { enabled, cap }: PerVolume,
): ReadonlySet<VolumeUsage> | undefined {
  return enabled ? new Set(usage.volumes.toSorted(bySize).slice(0, cap)) : undefined;
}

/** Counts by default; series per volume only when asked for, and never more than the cap. */
export function buildVolumeMetrics(
  result: ScanResult,
  cluster: string,
  exported: ReadonlySet<VolumeUsage> | undefined,
): readonly Metric[] {
  const volumes = result.usage.volumes.filter((volume) => volume.cluster === cluster);
  const count = countVolumes(result, cluster, volumes.length);
  const near = volumes.filter(({ utilisation }) => utilisation !== undefined && utilisation >= nearLimit);
  const counts = [
    ...gauge('strandline_volumes', 'Volumes of this cluster.', sample(count)),
    ...gauge('strandline_volumes_near_limit', 'Volumes that use 90 % or more of their limit.', sample(near.length)),
  ];
  return exported === undefined ? counts : [...counts, ...buildPerVolume(volumes, count, exported)];
}

/** The result of a large fleet lists some of its volumes; its groups count all. */
function countVolumes({ usage }: ScanResult, cluster: string, listed: number): number {
  if (usage.volumesLeftOut === undefined) return listed;
  const groups = usage.storageClasses.filter(({ key }) => key.startsWith(`${cluster}/`));
  return groups.reduce((sum, { volumes }) => sum + volumes, 0);
}

function buildPerVolume(
  volumes: readonly VolumeUsage[],
  count: number,
  exported: ReadonlySet<VolumeUsage>,
): readonly Metric[] {
  const shown = volumes
    .filter((volume) => exported.has(volume))
    .map((volume) => ({ volume, labels: labelsOf(volume) }));
  const each = (read: (volume: VolumeUsage) => number | undefined): Sample[] =>
    shown.flatMap(({ volume, labels }) => sample(read(volume), labels));
  return [
    ...gauge(
      'strandline_volume_used_bytes',
      'Space the volume holds on its NAS.',
      each(({ usedBytes }) => usedBytes),
    ),
    ...gauge(
      'strandline_volume_provisioned_bytes',
      'What the volume was promised.',
      each(({ provisionedBytes }) => provisionedBytes),
    ),
    ...gauge(
      'strandline_volume_utilisation_ratio',
      'Used space against the limit of the volume.',
      each(({ utilisation }) => utilisation),
    ),
    ...gauge(
      'strandline_volumes_not_exported',
      'Volumes without series of their own because of the cap.',
      sample(count - shown.length),
    ),
  ];
}

function labelsOf(volume: VolumeUsage): Readonly<Record<string, string>> {
  return {
    volume: volume.persistentVolume,
    namespace: volume.namespace ?? '',
    claim: volume.claim ?? '',
    storage_class: volume.storageClass ?? '',
    nas: volume.nas,
    pool: volume.pool,
  };
}

function bySize(a: VolumeUsage, b: VolumeUsage): number {
  return (b.usedBytes ?? -1) - (a.usedBytes ?? -1) || (a.uid < b.uid ? -1 : 1);
}
