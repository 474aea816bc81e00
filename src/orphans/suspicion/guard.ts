import type { Backend } from '../../model/backend.ts';
import type { CheckMeta, ScopedLinks } from '../../model/check.ts';
import type { ClusterInventory } from '../../model/kubernetes.ts';
import type { Memory } from '../../model/memory.ts';
import type { GuardId } from '../../model/options.ts';
import type { NasInventory } from '../../model/truenas.ts';

/** What a guard looks at: one check at one scope, every list it needs being complete. */
export interface GuardInput {
  readonly meta: CheckMeta;
  readonly scope: {
    readonly id: string;
    readonly kind: 'backend' | 'cluster' | 'nas';
    readonly backend?: Backend;
    readonly cluster?: ClusterInventory;
    readonly nas?: NasInventory;
    readonly everyCluster: readonly ClusterInventory[];
    readonly links: ScopedLinks;
  };
  readonly backends: readonly Backend[];
  /** PersistentVolumes per backend id. */
  readonly volumesOf: (backend: string) => number;
  readonly memory: Memory;
}

/** A complete answer that is too odd to conclude absence from. */
export interface Suspicion {
  readonly guard: GuardId;
  /** One clause, for `because`. */
  readonly because: string;
  /** The source that looks odd: an acknowledgement may name it instead of the scope. */
  readonly source: string;
}

/** Empty: nothing odd. */
export type Guard = (input: GuardInput) => readonly Suspicion[];

/** The check concludes that nothing in Kubernetes refers to something. */
export function provesAbsenceInKubernetes(meta: CheckMeta): boolean {
  return meta.needs.everyCluster !== undefined;
}

/** Backends whose volumes may stand at the same place, the scope's own first. */
export function backendsOf({ scope, backends }: GuardInput): readonly Backend[] {
  const own = scope.backend;
  if (scope.kind === 'cluster') return backends.filter((backend) => backend.cluster === scope.cluster?.name);
  if (own === undefined) return backends.filter((backend) => backend.nas === scope.nas?.name);
  if (own.exclusive) return [own];
  const sharing = backends.filter(
    (other) => other.id !== own.id && other.nas === own.nas && other.parents.some((name) => own.parents.includes(name)),
  );
  return [own, ...sharing];
}
