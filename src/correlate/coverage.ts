import type { Backend, DriverFamily } from '../model/backend.ts';
import type { Proof } from '../model/links.ts';
import type { Dataset } from '../model/truenas.ts';
import { addTo } from '../util/groups.ts';
import { parentOf } from '../util/names.ts';

/** Which backends cover the place where a dataset stands. */
export interface Coverage {
  readonly kind: 'parent' | 'detachedParent';
  readonly parent: string;
  /** Levels below the parent: 1 = direct child. */
  readonly depth: number;
  readonly backends: readonly Backend[];
}

export type CoverageOf = (nas: string, dataset: string) => Coverage | undefined;

/** Nearest covering parent above a dataset. A parent itself, and what stands above it, is covered by nobody. */
export function indexCoverage(backends: readonly Backend[]): CoverageOf {
  const places = new Map<string, { kind: Coverage['kind']; backend: Backend }[]>();
  for (const backend of backends) {
    for (const parent of backend.parents) addTo(places, `${backend.nas} ${parent}`, { kind: 'parent', backend });
    for (const parent of backend.detachedParents) {
      addTo(places, `${backend.nas} ${parent}`, { kind: 'detachedParent', backend });
    }
  }
  return (nas, dataset) => {
    let depth = 1;
    for (let parent = parentOf(dataset); parent !== undefined; parent = parentOf(parent)) {
      const here = places.get(`${nas} ${parent}`) ?? [];
      const [first] = here;
      if (first !== undefined) {
        const same = here.filter((place) => place.kind === first.kind);
        return { kind: first.kind, parent, depth, backends: same.map((place) => place.backend) };
      }
      depth += 1;
    }
    return undefined;
  };
}

/**
 * Of several backends on one parent, the one whose mark the dataset bears, else the one whose protocol fits. `undefined`
 * when the marks say that a deployment made it which is none of these, unless one has the place for itself.
 */
export function pickBackend(
  backends: readonly Backend[],
  proofs: readonly Proof[],
  type: Dataset['type'],
): Backend | undefined {
  const instance = proofs.find((proof) => proof.kind === 'instanceId')?.value;
  const driver = proofs.find((proof) => proof.driver !== undefined)?.driver;
  const related = backends.filter((backend) => isRelated(backend, proofs));
  const possible = (related.length > 0 ? related : backends).filter(
    (backend) => instance === undefined || backend.instanceId === undefined || backend.instanceId === instance,
  );
  const marked = possible.find(
    (backend) => (instance !== undefined && backend.instanceId === instance) || backend.driver === driver,
  );
  if (marked !== undefined) return marked;
  const isOfNone = driver !== undefined || related.length === 0;
  const unmarked = isOfNone ? possible.filter((backend) => backend.exclusive) : possible;
  return unmarked.find((backend) => fits(backend, type)) ?? unmarked[0];
}

/** The backend that made what stands here, if one did. A parent that another cluster or driver fills is exclusive to none. */
export function pickFrom(coverage: Coverage, proofs: readonly Proof[], type: Dataset['type']): Backend | undefined {
  const backend = pickBackend(coverage.backends, proofs, type);
  if (backend === undefined) return undefined;
  const isShared = coverage.backends.some((other) => other.cluster !== backend.cluster) || !isRelated(backend, proofs);
  return backend.exclusive && isShared ? { ...backend, exclusive: false } : backend;
}

function isRelated(backend: Backend, proofs: readonly Proof[]): boolean {
  return backend.family === (familyOf(proofs) ?? backend.family);
}

/** Each driver's marks are its own: user properties and a comment with its name, or truenas-csi's comment without one. */
function familyOf(proofs: readonly Proof[]): DriverFamily | undefined {
  const comment = proofs.find(({ kind }) => kind === 'shareComment');
  if (comment !== undefined) return comment.driver === undefined ? 'truenas-csi' : 'democratic-csi';
  return proofs.some(({ kind }) => kind === 'csiProperty' || kind === 'instanceId') ? 'democratic-csi' : undefined;
}

function fits(backend: Backend, type: Dataset['type']): boolean {
  if (backend.protocol === 'iscsi' || backend.protocol === 'nvmeof') return type === 'VOLUME';
  if (backend.protocol === 'nfs' || backend.protocol === 'smb') return type === 'FILESYSTEM';
  return true;
}
