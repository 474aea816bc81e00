import type { SectionRef } from '../model/collected.ts';
import type { ClusterInventory } from '../model/kubernetes.ts';
import type { NasSectionName } from '../model/truenas.ts';
import { type ClusterIndex, read } from './cluster-index.ts';
import { iqnOf, serverOf } from './drivers.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';
import type { MayServe } from './served-by.ts';

/**
 * Lists that came back whole and empty although the other lists say that they cannot be: no claim while volumes are
 * bound, no iSCSI target while volumes or sessions name one. An empty answer of this kind proves nothing.
 */
export function contradictedClusters(clusters: ClusterIndex, which: readonly string[] | 'every'): SectionRef[] {
  return clusters.clusters
    .filter(({ name }) => which === 'every' || which.includes(name))
    .filter((cluster) => isEmpty(cluster, 'claims') && hasBoundVolumes(cluster))
    .map(({ name }) => ({
      source: `cluster/${name}` as const,
      name: 'claims',
      because: 'the list is empty although volumes are bound to claims',
    }));
}

const blockLists: readonly NasSectionName[] = ['iscsiTargets', 'iscsiExtents', 'iscsiTargetExtents'];

/** Volumes of other NASes prove nothing about this one. */
export function contradictedBlockLists(clusters: ClusterIndex, index: NasIndex, isServedBy: MayServe): SectionRef[] {
  const empty = blockLists.filter((name) => index.nas.sections[name].ok && itemsOf(index.nas, name).length === 0);
  if (empty.length === 0) return [];
  const isNamed =
    itemsOf(index.nas, 'iscsiSessions').length > 0 ||
    clusters.clusters.some((cluster) =>
      read(cluster, 'persistentVolumes').some(
        (volume) => iqnOf(volume) !== undefined && isServedBy(index, serverOf(volume)),
      ),
    );
  if (!isNamed) return [];
  return empty.map((name) => ({
    source: `nas/${index.nas.name}` as const,
    name,
    because: 'the list is empty although volumes or sessions name iSCSI targets',
  }));
}

function isEmpty(cluster: ClusterInventory, name: 'claims'): boolean {
  return cluster.sections[name].ok && read(cluster, name).length === 0;
}

function hasBoundVolumes(cluster: ClusterInventory): boolean {
  return read(cluster, 'persistentVolumes').some(({ phase, claim }) => phase === 'Bound' && claim !== undefined);
}
