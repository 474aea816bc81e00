import type { Dataset } from '../model/truenas.ts';
import { isAtOrBelow, parentOf } from '../util/names.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';

/**
 * Tells copies that a replication made from volumes: they bear the volume's properties and name but nobody mounts them.
 * A PUSH over the network ends on another system, which only its own tasks or RECEIVED properties can show.
 */
export function replicaTest(index: NasIndex): (dataset: Dataset) => boolean {
  const targets = itemsOf(index.nas, 'replications')
    .filter((task) => task.direction === 'PULL' || task.transport === 'LOCAL')
    .map((task) => task.targetDataset);
  return (dataset) =>
    targets.some((target) => isAtOrBelow(dataset.name, target)) ||
    Object.values(dataset.userProperties).some((property) => property.source === 'RECEIVED') ||
    (dataset.readonly === true && parentOf(dataset.name) !== undefined && dataset.type === 'FILESYSTEM');
}
