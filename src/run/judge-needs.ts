import type { CheckMeta, Needs, View } from '../model/check.ts';
import type { Collected } from '../model/collected.ts';
import type { Scope } from './judge-scopes.ts';

/** Lists that a check needs and that could not be read, in words; empty when it can run. */
export function findMissing(meta: CheckMeta, scope: Scope): string[] {
  const { needs } = meta;
  const missing: string[] = [];
  if (scope.kind === 'backend' && scope.cluster === undefined) {
    missing.push(`cluster ${scope.backend?.cluster} is not in config`);
  }
  if (scope.kind === 'backend' && scope.nas === undefined) missing.push(`NAS ${scope.backend?.nas} is not in config`);
  if (scope.cluster !== undefined)
    missing.push(...unread(`cluster/${scope.cluster.name}`, scope.cluster, needs.cluster));
  if (scope.nas !== undefined) missing.push(...unread(`nas/${scope.nas.name}`, scope.nas, needs.nas));
  for (const cluster of scope.everyCluster) {
    missing.push(...unread(`cluster/${cluster.name}`, cluster, needs.everyCluster));
  }
  return [...new Set(missing)];
}

type Sections = Readonly<Record<string, Collected<unknown>>>;

function unread(source: string, inventory: { readonly sections: object }, names: readonly string[] = []): string[] {
  const sections = inventory.sections as Sections;
  return names.flatMap((name) => {
    const section = sections[name];
    if (section === undefined) return [`${source} ${name}: not read`];
    return section.ok ? [] : [`${source} ${name}: ${section.error.message}`];
  });
}

/** Only called when nothing is missing: every section that the check named is complete. */
export function buildView(meta: CheckMeta, scope: Scope): View<Needs> {
  const { needs } = meta;
  const pick = (
    inventory: { readonly name: string; readonly sections: object } | undefined,
    names: readonly string[] = [],
  ) => {
    const sections = (inventory?.sections ?? {}) as Sections;
    const items = names.map((name) => {
      const section = sections[name];
      return [name, section?.ok === true ? section.items : []];
    });
    return { ...Object.fromEntries(items), name: inventory?.name ?? '' };
  };
  return {
    scope: scope.id,
    ...(scope.backend !== undefined && { backend: scope.backend }),
    cluster: pick(scope.cluster, needs.cluster) as View<Needs>['cluster'],
    nas: pick(scope.nas, needs.nas) as View<Needs>['nas'],
    everyCluster: scope.everyCluster.map((cluster) => pick(cluster, needs.everyCluster)) as View<Needs>['everyCluster'],
    links: scope.links,
  };
}
