import type { Backend } from '../model/backend.ts';
import { addTo } from '../util/groups.ts';
import { claimUidInside, leafOf } from '../util/names.ts';
import { type CoverageOf, pickFrom } from './coverage.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';

/** The backend that names its targets and subsystems like this one, learnt from those that still have a volume. */
export type BackendOfName = (name: string) => Backend | undefined;

/** What stands around the volume's name: a driver's prefix and suffix. Undefined as soon as backends of unequal standing share it. */
export function learnAffixes(index: NasIndex, coverageOf: CoverageOf): BackendOfName {
  const known = new Map<string, Backend[]>();
  const learn = (name: string, zvol: string) => {
    const coverage = coverageOf(index.nas.name, zvol);
    const backend = coverage?.kind === 'parent' && coverage.depth === 1 ? pickFrom(coverage, [], 'VOLUME') : undefined;
    const uid = claimUidInside(name);
    if (backend !== undefined && uid !== undefined && leafOf(zvol).toLowerCase().includes(uid)) {
      addTo(known, affixesOf(name, uid), backend);
    }
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
    const backends = uid === undefined ? [] : (known.get(affixesOf(name, uid)) ?? []);
    return backends.find(({ exclusive }) => !exclusive) ?? backends[0];
  };
}

function affixesOf(name: string, uid: string): string {
  return name.toLowerCase().split(uid).join('\u0000');
}
