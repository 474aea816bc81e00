import { correlate } from '../correlate/correlate.ts';
import { listMarks, type PlacedMark } from '../findings/marks.ts';
import type { SourceId } from '../model/collected.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Links } from '../model/links.ts';
import type { Memory } from '../model/memory.ts';
import type { JudgeOptions } from '../model/options.ts';
import type { BackendInfo, CheckOutcome } from '../model/scan-result.ts';
import { detectors } from '../orphans/index.ts';
import { findAcknowledgement } from '../orphans/suspicion/acknowledged.ts';
import { groupBy } from '../util/groups.ts';
import { assess, type Bench } from './judge-assess.ts';
import { buildContext } from './judge-context.ts';
import { compareIdentities } from './judge-identities.ts';
import { isOnUnknownNas, listNotes, type Note, volumeNotes } from './judge-notes.ts';
import { listScopes } from './judge-scopes.ts';

export interface Judgement {
  readonly links: Links;
  readonly drafts: readonly FindingDraft[];
  readonly outcomes: readonly CheckOutcome[];
  readonly marks: readonly PlacedMark[];
  readonly notes: readonly Note[];
  readonly backends: readonly BackendInfo[];
  /** By source; absent for a source that did not show its identity. */
  readonly identities: ReturnType<typeof compareIdentities>;
}

/**
 * Every check at every scope. Pure: the same inventories, memory and time give the same verdicts. `wanted`: the sources
 * whose verdicts are asked for; the others are only there for what their unread lists keep anybody from saying.
 */
export function judge(
  inventory: Inventory,
  memory: Memory,
  options: JudgeOptions,
  now: Date,
  wanted?: ReadonlySet<SourceId>,
): Judgement {
  const own = wanted === undefined ? inventory : pickSources(inventory, wanted);
  const links = pickLinks(correlate(inventory, options.backends), wanted);
  const volumes = countVolumes(links);
  const lifted = new Map<string, Note>();
  const bench: Bench = {
    context: buildContext(inventory, options, now),
    nases: new Map(inventory.nases.map((nas) => [nas.name, nas])),
    guardInput: { backends: links.backends, volumesOf: (backend) => volumes.get(backend) ?? 0, memory },
    isLifted: ({ guard, because, source }, scope) => {
      const entry = findAcknowledgement(options.acknowledge, guard, [scope, source], now);
      if (entry === undefined) return false;
      const text = `${because}: acknowledged until ${entry.until} (${entry.reason}).`;
      lifted.set(text, { kind: 'acknowledged', text });
      return true;
    },
  };
  const enabled = detectors.filter(({ meta }) => !options.disabledChecks.includes(meta.id));
  const assessments = listScopes(own, links, inventory.clusters).flatMap((scope) =>
    enabled
      .filter(({ meta }) => meta.scope === scope.kind)
      .filter(
        ({ meta }) =>
          meta.families === undefined || scope.backend === undefined || meta.families.includes(scope.backend.family),
      )
      .map((detector) => assess(detector, scope, bench)),
  );
  return {
    links,
    drafts: assessments.flatMap(({ drafts }) => drafts),
    outcomes: [
      ...assessments.map(({ outcome }) => outcome),
      ...(enabled.some(({ meta }) => meta.id === 'volume-without-backend') ? unknownNasOutcomes(links) : []),
    ],
    marks: listMarks(own),
    notes: [...listNotes(own, links, options), ...volumeNotes(links), ...lifted.values()],
    backends: links.backends.map((backend) => ({ ...backend, volumes: volumes.get(backend.id) ?? 0 })),
    identities: compareIdentities(own, memory, options, now),
  };
}

function pickSources({ clusters, nases, ...rest }: Inventory, wanted: ReadonlySet<SourceId>): Inventory {
  return {
    ...rest,
    clusters: clusters.filter(({ name }) => wanted.has(`cluster/${name}`)),
    nases: nases.filter(({ name }) => wanted.has(`nas/${name}`)),
  };
}

function pickLinks(links: Links, wanted: ReadonlySet<SourceId> | undefined): Links {
  if (wanted === undefined) return links;
  return {
    ...links,
    backends: links.backends.filter(({ cluster, nas }) => wanted.has(`cluster/${cluster}`) || wanted.has(`nas/${nas}`)),
    volumes: links.volumes.filter(({ cluster }) => wanted.has(`cluster/${cluster}`)),
  };
}

function countVolumes(links: Links): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { backend } of links.volumes) {
    if (backend !== undefined) counts.set(backend.id, (counts.get(backend.id) ?? 0) + 1);
  }
  return counts;
}

/** Volumes that no backend holds because their NAS is not known: a scan that passes over them must not look complete. */
function unknownNasOutcomes(links: Links): CheckOutcome[] {
  const groups = groupBy(links.volumes.filter(isOnUnknownNas), ({ cluster }) => cluster);
  return [...groups].map(([cluster, volumes]) => ({
    id: 'volume-without-backend',
    scope: `cluster/${cluster}`,
    status: 'notAssessed',
    because: [...new Set(volumes.map(({ outOfReach }) => outOfReach))].join('; '),
    count: 0,
    undecided: volumes.map(({ volume, outOfReach = '' }) => ({
      kind: 'PersistentVolume',
      name: volume.name,
      because: outOfReach,
    })),
  }));
}
