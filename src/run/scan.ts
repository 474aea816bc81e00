import type { Config } from '../config/schema.ts';
import type { SourceId } from '../model/collected.ts';
import type { FindingDraft, Premise } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ClusterInventory } from '../model/kubernetes.ts';
import type { Links } from '../model/links.ts';
import type { Memory } from '../model/memory.ts';
import type { JudgeOptions } from '../model/options.ts';
import type { Rule } from '../model/rule.ts';
import type { ScanResult, Usage, VolumeUsage } from '../model/scan-result.ts';
import type { HistorySeries, SeriesPeriod } from '../model/trends.ts';
import type { NasInventory } from '../model/truenas.ts';
import { trendDefaults } from '../trends/build-trends.ts';
import { measureUsage } from '../usage/measure-usage.ts';
import { traced } from '../util/trace.ts';
import { conclude } from './conclude.ts';
import { judge } from './judge.ts';
import { listOwnVolumeNotes } from './own-volume-notes.ts';
import type { RunDeps, RunOutcome, RunProblem } from './ports.ts';
import { type Reading, readTwice } from './read-twice.ts';

/** One system, open for the length of a run. Neither method throws: what failed is in the answer. */
export interface Source<I> {
  readonly name: string;
  collect(): Promise<I>;
  readAgain(premises: readonly Premise[]): Promise<readonly Reading[]>;
}

export interface ScanPorts {
  /** Validation rules from the folder that config names. */
  readonly userRules: readonly Rule[];
  readonly tool: ScanResult['tool'];
  readonly nases: readonly Source<NasInventory>[];
  readonly clusters: readonly Source<ClusterInventory>[];
  readonly history: ScanHistory;
  /** Of the pod that scans. */
  readonly podUid?: string;
}

/** History as a scan needs it. `recall` never throws: an unreadable store is a state of the memory. */
export interface ScanHistory {
  recall(runId: string): Promise<Memory>;
  append(result: ScanResult): Promise<RunProblem | undefined>;
  /** Readings of earlier scans; undefined when there are none, or they could not be read. */
  series(period: SeriesPeriod): Promise<HistorySeries | undefined>;
}

/**
 * The whole run on one page: read both sides, judge, read the candidates again, conclude, remember. Both sides are read at
 * the same time: no order of two lists is free of races, so what was made meanwhile is too young to be judged
 * (judge-context.ts), and every candidate is read again on both sides.
 */
export async function scan(
  config: Config,
  options: JudgeOptions,
  ports: ScanPorts,
  deps: RunDeps,
): Promise<RunOutcome> {
  const startedAt = deps.now();
  const log = deps.logger;

  deps.progress('reading both sides');
  const [memory, nases, clusters] = await Promise.all([
    traced('history.recall', {}, () => ports.history.recall(deps.runId)),
    traced('collect.nas', {}, () => Promise.all(ports.nases.map((nas) => nas.collect()))),
    traced('collect.clusters', {}, () => Promise.all(ports.clusters.map((cluster) => cluster.collect()))),
  ]);
  const inventory: Inventory = { schemaVersion: 1, clusters, nases };
  log.info({ stage: 'collect', clusters: clusters.length, nases: nases.length }, 'both sides read');

  deps.progress('judging');
  const verdicts = await traced('judge', {}, async () => judge(inventory, memory, options, deps.now()));
  const ownVolumes = listOwnVolumeNotes(inventory, verdicts.links, ports.podUid);
  const judged = { ...verdicts, notes: [...verdicts.notes, ...ownVolumes] };
  deps.progress(`reading ${judged.drafts.length} candidates again`);
  const when = { startedAt, timeZone: config.report.timeZone };
  const [checked, { usage, series }] = await Promise.all([
    traced('read-again', { attributes: { 'strandline.candidates': judged.drafts.length } }, () =>
      readTwice(judged.drafts.filter(needsSecondReading), readAgainFrom(ports)),
    ),
    measure(inventory, judged.links, memory, ports.history, when),
  ]);
  log.info({ stage: 'judge', candidates: judged.drafts.length, fallen: checked.fallen.length }, 'candidates judged');

  const { tool, userRules } = ports;
  const parts = {
    tool,
    config,
    options,
    inventory,
    memory,
    judged,
    checked,
    usage,
    series,
    userRules,
    startedAt,
    deps,
  };
  const result = await traced('conclude', {}, async () => conclude(parts));
  deps.signal.throwIfAborted(); // abandoned: nothing of it is remembered
  const append = async () =>
    deps.remembers === false ? undefined : traced('history.append', {}, () => ports.history.append(result));
  return toOutcome(result, memory.state === 'unreadable' ? historyProblem(memory) : await append());
}

/** What no second reading can change, so that it is worked out meanwhile. */
async function measure(
  inventory: Inventory,
  links: Links,
  memory: Memory,
  history: ScanHistory,
  when: ScanTime,
): Promise<{ readonly usage: Usage; readonly series: HistorySeries | undefined }> {
  const usage = measureUsage(inventory, links);
  return { usage, series: await recallSeries(history, memory, usage.volumes, when) };
}

interface ScanTime {
  readonly startedAt: Date;
  /** In which a day is a day. */
  readonly timeZone: string;
}

/** The readings that trends are made of, when there is a memory to ask. */
export async function recallSeries(
  history: ScanHistory,
  memory: Memory,
  current: readonly VolumeUsage[],
  { startedAt, timeZone }: ScanTime,
): Promise<HistorySeries | undefined> {
  if (memory.state !== 'ready') return undefined;
  const from = new Date(startedAt.getTime() - (trendDefaults.windowDays + 1) * 86_400_000).toISOString();
  return traced('history.series', {}, () => history.series({ from, to: startedAt.toISOString(), timeZone, current }));
}

/** `problem`: of history, when there is one. */
export function toOutcome(result: ScanResult, problem: RunProblem | undefined): RunOutcome {
  return { result, problems: [...incomplete(result), ...(problem === undefined ? [] : [problem])] };
}

/** Only what was found to be missing is asked for again; a phase or an age does not change between two readings. */
export function needsSecondReading(draft: FindingDraft): boolean {
  return draft.premises.length > 0;
}

function readAgainFrom(ports: ScanPorts) {
  const sources = new Map<string, Source<unknown>>([
    ...ports.nases.map((nas) => [`nas/${nas.name}`, nas] as const),
    ...ports.clusters.map((cluster) => [`cluster/${cluster.name}`, cluster] as const),
  ]);
  return async (source: SourceId, premises: readonly Premise[]): Promise<readonly Reading[]> => {
    const opened = sources.get(source);
    if (opened === undefined) return [];
    return opened.readAgain(premises);
  };
}

function incomplete(result: ScanResult): RunProblem[] {
  if (result.scan.complete) return [];
  const first = result.summary.notAssessed[0];
  const message = first === undefined ? 'something could not be read' : `${first.what}: ${first.because}`;
  const remedy = first?.remedy;
  return [{ kind: 'incomplete', message, ...(remedy !== undefined && { remedy }) }];
}

export function historyProblem(memory: Memory): RunProblem {
  return {
    kind: 'history',
    message: memory.because ?? 'history could not be read',
    remedy: 'Look at the history folder or bucket; `strandline history verify` names what is damaged.',
  };
}
