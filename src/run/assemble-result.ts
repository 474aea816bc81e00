import { listTlsNotes } from '../config/list-connections.ts';
import { configDigest } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { concludeFindings } from '../findings/conclude.ts';
import { applyFilter } from '../findings/filter.ts';
import { summarise } from '../findings/summary.ts';
import type { Links } from '../model/links.ts';
import type { Memory } from '../model/memory.ts';
import type { JudgeOptions } from '../model/options.ts';
import { type CheckOutcome, SCHEMA_VERSION, type ScanResult, type Usage } from '../model/scan-result.ts';
import { metaOf } from './check-meta.ts';
import type { SourcesRead } from './describe-sources.ts';
import type { Judgement } from './judge.ts';
import type { RunDeps } from './ports.ts';
import type { ReadTwice } from './read-twice.ts';

/** What is concluded from: of the links only those that filters ask about. */
export type Verdicts = Pick<Judgement, 'drafts' | 'outcomes' | 'marks' | 'notes' | 'backends'> & {
  readonly links: Pick<Links, 'volumes'>;
};

interface Parts {
  readonly tool: ScanResult['tool'];
  readonly config: Config;
  readonly options: JudgeOptions;
  readonly read: SourcesRead;
  readonly memory: Memory;
  readonly judged: Verdicts;
  readonly checked: ReadTwice;
  readonly usage: Usage;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly deps: Pick<RunDeps, 'scanId' | 'runId'>;
}

/** Puts together the one result. Pure: everything that was read, judged and remembered is handed in. */
export function assembleResult(parts: Parts): ScanResult {
  const { config, options, read, memory, judged, checked, startedAt, finishedAt, deps } = parts;
  const fallen = new Set(checked.fallen.map(({ draft }) => draft));
  const drafts = judged.drafts.filter((draft) => !fallen.has(draft));
  const outcomes = judged.outcomes.map((outcome) => afterSecondReading(outcome, checked));
  const { sections, clusters, nases } = read;
  const { findings, ignoreRules } = concludeFindings({
    drafts,
    outcomes,
    marks: judged.marks,
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
    scope: { clusters, nases, backends: [...judged.backends], filters: shown.filters },
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
    notes: [...judged.notes, ...[...listTlsNotes(config), ...read.weakTls].map((text) => ({ kind: 'weakTls', text }))],
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

/** A candidate that did not stand is counted as undecided, not as found. */
function afterSecondReading(outcome: CheckOutcome, { fallen }: ReadTwice): CheckOutcome {
  const mine = fallen.filter(({ draft }) => draft.check === outcome.id && draft.scope === outcome.scope);
  if (mine.length === 0) return outcome;
  const count = outcome.count - mine.length;
  const undecided = [...outcome.undecided, ...mine.map((item) => item.undecided)];
  return { ...outcome, count, undecided, status: count > 0 ? 'found' : 'passed' };
}
