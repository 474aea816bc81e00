import { listTlsNotes } from '../config/list-connections.ts';
import { configDigest } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { concludeFindings } from '../findings/conclude.ts';
import { applyFilter } from '../findings/filter.ts';
import { summarise } from '../findings/summary.ts';
import type { Collected } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Memory } from '../model/memory.ts';
import type { JudgeOptions } from '../model/options.ts';
import {
  type CheckOutcome,
  SCHEMA_VERSION,
  type ScanResult,
  type SectionOutcome,
  type Usage,
} from '../model/scan-result.ts';
import { metaOf } from './check-meta.ts';
import type { Judgement } from './judge.ts';
import type { RunDeps } from './ports.ts';
import type { ReadTwice } from './read-twice.ts';

interface Parts {
  readonly tool: ScanResult['tool'];
  readonly config: Config;
  readonly options: JudgeOptions;
  readonly inventory: Inventory;
  readonly memory: Memory;
  readonly judged: Judgement;
  readonly checked: ReadTwice;
  readonly usage: Usage;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly deps: Pick<RunDeps, 'scanId' | 'runId'>;
}

/** Puts together the one result. Pure: everything that was read, judged and remembered is handed in. */
export function assembleResult(parts: Parts): ScanResult {
  const { config, options, inventory, memory, judged, checked, startedAt, finishedAt, deps } = parts;
  const fallen = new Set(checked.fallen.map(({ draft }) => draft));
  const drafts = judged.drafts.filter((draft) => !fallen.has(draft));
  const outcomes = judged.outcomes.map((outcome) => afterSecondReading(outcome, checked));
  const sections = sectionOutcomes(inventory);
  const { findings, ignoreRules } = concludeFindings({
    drafts,
    outcomes,
    memory,
    options,
    ...(checked.unchecked !== undefined && { unchecked: checked.unchecked }),
    severityOf: ({ check }) => metaOf(check).severity,
    now: finishedAt,
  });
  const shown = applyFilter({ findings, outcomes }, options.filter, judged.links);
  const complete =
    sections.every((section) => section.ok) &&
    outcomes.every((outcome) => outcome.status !== 'notAssessed' && outcome.status !== 'errored') &&
    !checked.fallen.some(({ failed }) => failed);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: parts.tool,
    scan: {
      id: deps.scanId,
      runId: deps.runId,
      deployment: config.deployment,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      durationMs: Math.max(0, finishedAt.getTime() - startedAt.getTime()),
      complete,
      timeZone: config.report.timeZone,
      configDigest: configDigest(config),
    },
    scope: { ...sourcesOf(inventory, judged.identities), backends: [...judged.backends], filters: shown.filters },
    sections,
    checks: shown.outcomes,
    findings: shown.findings,
    usage: parts.usage,
    trends: { state: 'notYet', series: [], forecasts: [], anomalies: [] },
    validation: { state: 'notYet', results: [] },
    recommendations: { state: 'notYet', items: [] },
    ignoreRules,
    history: {
      state: memory.state,
      ...(memory.because !== undefined && { because: memory.because }),
      scans: memory.scans,
      ...(memory.previousScanAt !== undefined && { previousScanAt: memory.previousScanAt }),
      damagedParts: [...memory.damagedParts],
    },
    notes: [...judged.notes, ...weakTlsOf(config, inventory).map((text) => ({ kind: 'weakTls', text }))],
    summary: summarise({
      findings: shown.findings,
      outcomes: shown.outcomes,
      sections,
      usage: parts.usage,
      memory,
      frees: (check) => metaOf(check).frees,
      titleOf: (check) => metaOf(check).title,
    }),
  };
}

/** What config has weakened, and what only the kubeconfig tells. */
function weakTlsOf(config: Config, { clusters }: Inventory): readonly string[] {
  return [
    ...listTlsNotes(config),
    ...clusters.flatMap(({ name, weakTls = [] }) => weakTls.map((what) => `clusters ${name}: ${what}`)),
  ];
}

/** A candidate that did not stand is counted as undecided, not as found. */
function afterSecondReading(outcome: CheckOutcome, { fallen }: ReadTwice): CheckOutcome {
  const mine = fallen.filter(({ draft }) => draft.check === outcome.id && draft.scope === outcome.scope);
  if (mine.length === 0) return outcome;
  const count = outcome.count - mine.length;
  const undecided = [...outcome.undecided, ...mine.map((item) => item.undecided)];
  return { ...outcome, count, undecided, status: count > 0 ? 'found' : 'passed' };
}

function sectionOutcomes(inventory: Inventory): SectionOutcome[] {
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
