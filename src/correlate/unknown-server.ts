import type { SectionRef } from '../model/collected.ts';
import type { PersistentVolume } from '../model/kubernetes.ts';
import { type ClusterIndex, read } from './cluster-index.ts';
import { serverOf } from './drivers.ts';
import type { NasIndex } from './nas-index.ts';
import { knownUnder } from './served-by.ts';

/**
 * A driver may have been moved to another NAS: its older volumes, with their snapshots, still lie on the one that they
 * name. What was found nowhere is then not known to be gone. Each answer says why, or is empty.
 */
export interface UnknownServers {
  ofVolume(cluster: string, volume: PersistentVolume): SectionRef[];
  /** Of what belongs to the volume with this handle; where that volume is gone, it may have been any of its driver. */
  ofHandle(cluster: string, driver: string, handle: string): SectionRef[];
}

export function indexUnknownServers(clusters: ClusterIndex, nases: ReadonlyMap<string, NasIndex>): UnknownServers {
  const known = knownUnder(nases);
  const isElsewhere = (volume: PersistentVolume) => {
    const server = serverOf(volume);
    return server !== undefined && known(server).length === 0;
  };
  const say = (cluster: string, volume: PersistentVolume | undefined): SectionRef[] =>
    volume === undefined
      ? []
      : [{ source: `cluster/${cluster}`, name: 'persistentVolumes', because: unknownServerWords(volume) }];
  let strangers: ReadonlyMap<string, PersistentVolume> | undefined;
  return {
    ofVolume: (cluster, volume) => say(cluster, isElsewhere(volume) ? volume : undefined),
    ofHandle: (cluster, driver, handle) => {
      const own = (clusters.volumesByHandle.get(handle) ?? []).filter(
        (one) => one.cluster === cluster && one.item.csi?.driver === driver,
      );
      if (own.length > 0) return say(cluster, own.map(({ item }) => item).find(isElsewhere));
      strangers ??= oneOfEachDriver(clusters, isElsewhere);
      return [
        ...clusters.unread([cluster], ['persistentVolumes']),
        ...say(cluster, strangers.get(`${cluster} ${driver}`)),
      ];
    },
  };
}

function oneOfEachDriver(
  { clusters }: ClusterIndex,
  isElsewhere: (volume: PersistentVolume) => boolean,
): ReadonlyMap<string, PersistentVolume> {
  return new Map(
    clusters.flatMap((cluster) =>
      read(cluster, 'persistentVolumes')
        .filter(isElsewhere)
        .map((volume) => [`${cluster.name} ${volume.csi?.driver}`, volume] as const),
    ),
  );
}

export function unknownServerWords(volume: PersistentVolume): string {
  const server = serverOf(volume);
  return server === undefined
    ? 'no NAS in config is known to hold it'
    : `its server ${server} is none of the NASes in config`;
}
