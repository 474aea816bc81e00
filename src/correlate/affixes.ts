import type { Backend } from '../model/backend.ts';
import { addTo } from '../util/groups.ts';
import { claimUidInside, leafOf } from '../util/names.ts';
import { type CoverageOf, pickFrom } from './coverage.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';

/** The backend that names its targets and subsystems like this one, learnt from those that still have a volume. */
export type BackendOfName = (name: string) => Backend | undefined;

/**
 * What stands around the volume's name: a driver's prefix and suffix. A name has no place, so nobody has it for himself
 * that another cluster, or somebody whom no backend covers, gives as well.
 */
export function learnAffixes(index: NasIndex, coverageOf: CoverageOf): BackendOfName {
  const known = new Map<string, (Backend | undefined)[]>();
  const learn = (name: string, zvol: string) => {
    const uid = claimUidInside(name);
    if (uid === undefined || !leafOf(zvol).toLowerCase().includes(uid)) return;
    const coverage = coverageOf(index.nas.name, zvol);
    const isVolume = coverage?.kind === 'parent' && coverage.depth === 1;
    addTo(known, affixesOf(name, uid), isVolume ? pickFrom(coverage, [], 'VOLUME') : undefined);
  };
  for (const extent of itemsOf(index.nas, 'iscsiExtents')) {
    if (extent.zvol === undefined) continue;
    for (const target of index.targetsOfExtent.get(extent.id) ?? []) learn(target.name, extent.zvol);
  }
  for (const { subsystem, zvol } of itemsOf(index.nas, 'nvmeNamespaces')) {
    const name = index.subsystemsById.get(subsystem)?.name;
    if (name !== undefined && zvol !== undefined) learn(name, zvol);
  }
  return (name) => {
    const uid = claimUidInside(name);
    return uid === undefined ? undefined : pickOne(known.get(affixesOf(name, uid)) ?? []);
  };
}

function pickOne(all: readonly (Backend | undefined)[]): Backend | undefined {
  const backends = all.filter((backend) => backend !== undefined);
  const backend = backends.find(({ exclusive }) => !exclusive) ?? backends[0];
  const isShared = all.some((other) => other?.cluster !== backend?.cluster);
  return backend?.exclusive === true && isShared ? { ...backend, exclusive: false } : backend;
}

function affixesOf(name: string, uid: string): string {
  return name.toLowerCase().split(uid).join('\u0000');
}
