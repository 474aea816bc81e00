import type { Collected } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ScanResult, SectionOutcome } from '../model/scan-result.ts';
import type { Judgement } from './judge.ts';

/** What a result says of where it was read from. */
export interface SourcesRead extends Pick<ScanResult['scope'], 'clusters' | 'nases'> {
  readonly sections: SectionOutcome[];
  /** What only a kubeconfig tells of weakened connections. */
  readonly weakTls: readonly string[];
}

export function describeSources(inventory: Inventory, identities: Judgement['identities']): SourcesRead {
  const weakTls = inventory.clusters.flatMap(({ name, weakTls: weak = [] }) =>
    weak.map((what) => `clusters ${name}: ${what}`),
  );
  return { sections: toSections(inventory), ...sourcesOf(inventory, identities), weakTls };
}

function toSections(inventory: Inventory): SectionOutcome[] {
  const of = (source: string, sections: object) =>
    Object.entries(sections as Record<string, Collected<unknown>>).map(([name, section]) =>
      toOutcome(source, name, section),
    );
  return [
    ...inventory.clusters.flatMap((cluster) => of(`cluster/${cluster.name}`, cluster.sections)),
    ...inventory.nases.flatMap((nas) => of(`nas/${nas.name}`, nas.sections)),
  ];
}

function toOutcome(source: string, name: string, section: Collected<unknown>): SectionOutcome {
  if (!section.ok) return { source, name, ok: false, error: section.error, takenAt: section.takenAt };
  const { absent, takenAt } = section;
  return { source, name, ok: true, count: section.items.length, ...(absent !== undefined && { absent }), takenAt };
}

function sourcesOf(
  inventory: Inventory,
  identities: Judgement['identities'],
): Pick<ScanResult['scope'], 'clusters' | 'nases'> {
  const identityOf = (source: string) => {
    const identity = identities.get(source);
    return identity === undefined ? {} : { identity };
  };
  const isReached = (sections: object) =>
    Object.values(sections as Record<string, Collected<unknown>>).some((s) => s.ok);
  return {
    clusters: inventory.clusters.map(({ name, uid, version, clockSkewMs, sections }) => ({
      name,
      ...(uid !== undefined && { uid }),
      ...identityOf(`cluster/${name}`),
      ...(version !== undefined && { version }),
      ...(clockSkewMs !== undefined && { clockSkewMs }),
      reached: isReached(sections),
    })),
    nases: inventory.nases.map(({ name, hostId, version, release, transport, clockSkewMs, sections }) => ({
      name,
      ...(hostId !== undefined && { hostId }),
      ...identityOf(`nas/${name}`),
      ...(version !== undefined && { version }),
      ...(release !== undefined && { release }),
      ...(transport !== undefined && { transport }),
      ...(clockSkewMs !== undefined && { clockSkewMs }),
      reached: isReached(sections),
    })),
  };
}
