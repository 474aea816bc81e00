import type { SourceId } from '../../model/collected.ts';
import type { FindingDraft } from '../../model/finding.ts';
import type { Inventory } from '../../model/inventory.ts';
import type { ClusterInventory } from '../../model/kubernetes.ts';
import type { Links } from '../../model/links.ts';
import type { Memory } from '../../model/memory.ts';
import type { JudgeOptions } from '../../model/options.ts';
import type { ValidationOptions } from '../../model/rule.ts';
import type { Usage } from '../../model/scan-result.ts';
import type { SourceInventory } from '../../model/share.ts';
import type { NasInventory } from '../../model/truenas.ts';
import type { Validation } from '../../model/validation.ts';
import { measureUsage } from '../../usage/measure-usage.ts';
import { validate } from '../../validation/validate.ts';
import type { Verdicts } from '../assemble-result.ts';
import { describeSources, type SourcesRead } from '../describe-sources.ts';
import { judge } from '../judge.ts';

/** The same for every part of a fleet. Plain data but for `userRules`: it goes to threads. */
export interface PartSetup {
  /** Every source of the fleet with its lists emptied, in the order of config. */
  readonly outlines: readonly Outlined[];
  readonly memory: Memory;
  readonly options: JudgeOptions;
  readonly judgedAt: Date;
  readonly now: Date;
  readonly validation: Omit<ValidationOptions, 'pools'>;
  /** Volumes and claims that filters will ask about besides those of candidates: `cluster name`. */
  readonly named: ReadonlySet<string>;
}

export interface Outlined {
  readonly source: SourceId;
  readonly inventory: SourceInventory;
}

/** What a part adds to the one result. */
export interface PartVerdict {
  readonly judged: Verdicts;
  readonly read: SourcesRead;
  readonly usage: Usage;
  readonly validation: Validation;
}

/** Judges some sources as a scan of all would that finds nothing of theirs anywhere else. Pure. */
export function judgePart(setup: PartSetup, members: ReadonlyMap<SourceId, SourceInventory>): PartVerdict {
  const { memory, options, outlines, judgedAt, now, named } = setup;
  const all = toInventory(outlines, (source, outline) => members.get(source) ?? outline);
  const own = toInventory(
    outlines.filter(({ source }) => members.has(source)),
    (source, outline) => members.get(source) ?? outline,
  );
  const { identities, ...judged } = judge(all, memory, options, judgedAt, new Set(members.keys()));
  const usage = measureUsage(all, judged.links);
  const pools = usage.pools.filter(({ nas }) => members.has(`nas/${nas}`));
  return {
    judged: { ...judged, links: { volumes: asked(judged.links, judged.drafts, named) } },
    read: describeSources(own, identities),
    usage: { ...usage, pools },
    validation: validate(own, judged.links, { ...setup.validation, pools }, now),
  };
}

function toInventory(
  sources: readonly Outlined[],
  pick: (source: SourceId, outline: SourceInventory) => SourceInventory,
): Inventory {
  const of = (kind: 'cluster/' | 'nas/') =>
    sources.filter(({ source }) => source.startsWith(kind)).map(({ source, inventory }) => pick(source, inventory));
  return {
    schemaVersion: 1,
    clusters: of('cluster/') as ClusterInventory[],
    nases: of('nas/') as NasInventory[],
  };
}

/** Filters look up the volume of a finding, by its name or by its claim. */
function asked(links: Links, drafts: readonly FindingDraft[], named: ReadonlySet<string>): Links['volumes'] {
  const names = new Set([...named, ...drafts.flatMap(namesOf)]);
  return links.volumes.filter(({ cluster, volume: { name, claim } }) => {
    const isClaimNamed = claim !== undefined && names.has(`${cluster} ${claim.namespace}/${claim.name}`);
    return isClaimNamed || names.has(`${cluster} ${name}`);
  });
}

export function namesOf({ scope, resource, owner }: Pick<FindingDraft, 'scope' | 'resource' | 'owner'>): string[] {
  const cluster = resource.cluster ?? /^(?:cluster|backend)\/([^/]+)/.exec(scope)?.[1] ?? '';
  const namespace = resource.namespace ?? owner.namespace ?? '';
  const claim = resource.kind === 'PersistentVolumeClaim' ? resource.name : (owner.claim ?? '');
  return [`${cluster} ${resource.name}`, `${cluster} ${namespace}/${claim}`];
}
