import type { VolumeUsage } from '../../model/scan-result.ts';

/** Of ever more volumes those that hold most, never more than twice as many in memory. */
export interface LargestVolumes {
  add(volumes: readonly VolumeUsage[]): void;
  /** Sorted as a scan sorts them, and how many were left out. */
  take(): { readonly volumes: VolumeUsage[]; readonly leftOut: number };
}

export function keepLargest(most: number): LargestVolumes {
  let kept: VolumeUsage[] = [];
  let seen = 0;
  const cut = () => {
    kept = kept.toSorted(bySize).slice(0, most);
  };
  return {
    add(volumes) {
      seen += volumes.length;
      kept.push(...volumes);
      if (kept.length > 2 * most) cut();
    },
    take() {
      if (kept.length > most) cut();
      return { volumes: kept.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)), leftOut: seen - kept.length };
    },
  };
}

function bySize(a: VolumeUsage, b: VolumeUsage): number {
  return (b.usedBytes ?? -1) - (a.usedBytes ?? -1) || (nameOf(a) < nameOf(b) ? -1 : 1);
}

function nameOf({ cluster, persistentVolume }: VolumeUsage): string {
  return `${cluster} ${persistentVolume}`;
}
