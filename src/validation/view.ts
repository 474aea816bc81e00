import type { Collected } from '../model/collected.ts';
import type { Links } from '../model/links.ts';
import type { RuleMeta, RuleView } from '../model/rule.ts';
import { defined } from '../util/defined.ts';
import type { Scope } from './scopes.ts';

type Sections = Readonly<Record<string, Collected<unknown>>>;
type Source = { readonly name: string; readonly sections: object } | undefined;

/** Lists that a rule needs and that could not be read, in words; empty when it can run. */
export function findMissing({ needs }: RuleMeta, { kind, cluster, nas, backend }: Scope): string[] {
  const missing: string[] = [];
  if (kind === 'backend' && cluster === undefined) missing.push(`cluster ${backend?.cluster} is not in config`);
  if (kind === 'backend' && nas === undefined) missing.push(`NAS ${backend?.nas} is not in config`);
  return [...missing, ...unread('cluster', cluster, needs.cluster), ...unread('nas', nas, needs.nas)];
}

function unread(kind: string, source: Source, names: readonly string[] = []): string[] {
  if (source === undefined) return [];
  return names.flatMap((name) => {
    const section = (source.sections as Sections)[name];
    if (section === undefined) return [`${kind}/${source.name} ${name}: not read`];
    return section.ok ? [] : [`${kind}/${source.name} ${name}: ${section.error.message}`];
  });
}

/** Only called when nothing is missing: every list that the rule named is complete. */
export function buildView({ needs }: RuleMeta, scope: Scope, links: Links): RuleView {
  const { backend, cluster, nas } = scope;
  const named = [...pairs(cluster, needs.cluster), ...pairs(nas, needs.nas)];
  return {
    scope: scope.id,
    backend,
    cluster: { ...pick(cluster, needs.cluster), name: cluster?.name ?? '' } as RuleView['cluster'],
    nas: {
      ...pick(nas, needs.nas),
      name: nas?.name ?? '',
      ...defined({ release: nas?.release, version: nas?.version, transport: nas?.transport }),
    } as RuleView['nas'],
    links,
    absent: (name) => named.flatMap(([list, section]) => (list === name && section.ok ? [section.absent] : []))[0],
  };
}

function pick(source: Source, names?: readonly string[]): object {
  return Object.fromEntries(pairs(source, names).map(([name, section]) => [name, section.ok ? section.items : []]));
}

function pairs(source: Source, names: readonly string[] = []): [string, Collected<unknown>][] {
  const sections = (source?.sections ?? {}) as Sections;
  return names.flatMap((name): [string, Collected<unknown>][] => {
    const section = sections[name];
    return section === undefined ? [] : [[name, section]];
  });
}
