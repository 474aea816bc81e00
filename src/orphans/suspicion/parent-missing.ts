import type { Guard } from './guard.ts';
import { doubtBelow } from './places.ts';

/** A parent dataset of the backend, or its pool, is missing, offline or locked. */
export const parentMissing: Guard = ({ scope }) => {
  const { backend, nas, links } = scope;
  if (backend === undefined || nas === undefined) return [];
  if (backend.parents.length === 0 && backend.family === 'democratic-csi' && links.volumes.length > 0) {
    const because = `no parent dataset of ${backend.driver} on nas/${nas.name} is known`;
    return [{ guard: 'parent-missing', because, source: `nas/${nas.name}` }];
  }
  const hasDetached = links.contents.some(({ content }) => {
    const handle = content.snapshotHandle;
    return backend.family === 'democratic-csi' && handle !== undefined && !handle.includes('@');
  });
  const parents = [...backend.parents, ...(hasDetached ? backend.detachedParents : [])];
  return parents.flatMap((parent) => doubtBelow(nas, parent) ?? []).filter(({ guard }) => guard === 'parent-missing');
};
