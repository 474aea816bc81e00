import type { Collected } from '../model/collected.ts';
import type { ClusterInventory, PersistentVolume } from '../model/kubernetes.ts';
import type { NasInventory } from '../model/truenas.ts';
import { read } from './cluster-index.ts';
import { iqnOf, serverOf } from './drivers.ts';

/**
 * A source as those see it that share nothing with it: its lists emptied, what failed still failed. An unread list of any
 * source keeps everybody from saying that something is unused.
 */
export function outlineOfNas(nas: NasInventory): NasInventory {
  return { ...nas, sections: emptied(nas.sections) };
}

/** With the volumes that contradict an empty list, here or on a NAS (`contradictions.ts`). */
export function outlineOfCluster(cluster: ClusterInventory): ClusterInventory {
  const sections = emptied(cluster.sections);
  const { persistentVolumes } = sections;
  if (!persistentVolumes.ok) return { ...cluster, sections };
  return {
    ...cluster,
    sections: { ...sections, persistentVolumes: { ...persistentVolumes, items: witnesses(cluster) } },
  };
}

/** A bound volume where no claim was listed; one of those with a target of each server, otherwise as if never claimed. */
function witnesses(cluster: ClusterInventory): PersistentVolume[] {
  const volumes = read(cluster, 'persistentVolumes');
  const { claims } = cluster.sections;
  const bound = volumes.find(({ phase, claim }) => phase === 'Bound' && claim !== undefined);
  const isContradicted = claims.ok && claims.items.length === 0 && bound !== undefined;
  const withTarget = new Map(
    volumes.filter((volume) => iqnOf(volume) !== undefined).map((volume) => [serverOf(volume), unclaimed(volume)]),
  );
  return [...(isContradicted ? [bound] : []), ...withTarget.values()];
}

function unclaimed({ claim: _, ...volume }: PersistentVolume): PersistentVolume {
  return volume;
}

function emptied<S extends object>(sections: S): S {
  const lists = Object.entries(sections as Record<string, Collected<unknown>>);
  return Object.fromEntries(
    lists.map(([name, section]) => [name, section.ok ? { ...section, items: [] } : section]),
  ) as S;
}
