import { backendsOf, type Guard, provesAbsenceInKubernetes } from './guard.ts';

/** A cluster shows no volume at all of a driver whose backend holds some: it was rebuilt, or another one answers. */
export const noVolumes: Guard = (input) => {
  const { meta, scope } = input;
  if (!provesAbsenceInKubernetes(meta) && scope.kind !== 'cluster') return [];
  const silent = backendsOf(input).filter((backend) => {
    if (input.volumesOf(backend.id) > 0) return false;
    return scope.links.datasets.some(
      ({ dataset, role, nas }) =>
        role === 'volume' &&
        nas === backend.nas &&
        backend.parents.some((parent) => dataset.name.startsWith(`${parent}/`)),
    );
  });
  return silent.map(({ cluster, driver, parents, nas }) => ({
    guard: 'no-volumes',
    because: `cluster/${cluster} has no PersistentVolume of ${driver} while ${parents.join(', ')} on nas/${nas} holds volumes`,
    source: `cluster/${cluster}`,
  }));
};
