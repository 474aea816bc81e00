import type { Config } from '../../config/schema.ts';
import type { SourceId } from '../../model/collected.ts';
import { Finding } from '../../model/finding.ts';
import type { Memory } from '../../model/memory.ts';
import type { JudgeOptions } from '../../model/options.ts';
import type { Rule } from '../../model/rule.ts';
import type { ScanResult, VolumeUsage } from '../../model/scan-result.ts';
import type { SourceInventory } from '../../model/share.ts';
import { traced } from '../../util/trace.ts';
import { concludeFrom, toValidationOptions } from '../conclude.ts';
import type { RunDeps, RunOutcome, RunProblem } from '../ports.ts';
import { readTwice } from '../read-twice.ts';
import { historyProblem, needsSecondReading, recallSeries, type ScanHistory, toOutcome } from '../scan.ts';
import { inTurns } from './in-turns.ts';
import { namesOf, type PartSetup, type PartVerdict } from './judge-part.ts';
import { keepLargest } from './keep-largest.ts';
import { mergeVerdicts } from './merge-verdicts.ts';
import { packParts, partitionFleet } from './partition.ts';
import { type Failing, type Fleet, readHeads, type Shelf } from './read-heads.ts';

/** A part on its way to whoever judges it: shares as they are stored, and what failed. */
export interface PartOrder {
  readonly shares: readonly { readonly source: SourceId; readonly body: Uint8Array }[];
  readonly failed: readonly { readonly source: SourceId; readonly inventory: SourceInventory }[];
}

/** Judges parts, as many at a time as `width` says. */
export interface Bench {
  readonly width: number;
  judge(order: PartOrder): Promise<PartVerdict>;
  close(): Promise<void>;
}

export interface JoinPorts {
  readonly tool: ScanResult['tool'];
  readonly userRules: readonly Rule[];
  readonly history: JoinHistory;
  readonly shelf: Shelf;
  readonly failing: Failing;
  readonly openBench: (setup: PartSetup, items: number) => Bench;
  /** Items of all lists in one part, about. */
  readonly partItems: number;
  /** Items of the parts that are in memory together; a part of more is alone there. */
  readonly itemsAtATime: number;
}

export interface JoinHistory extends ScanHistory {
  /** Stores the volumes of whole clusters and NASes ahead of the result; `append` then takes these. */
  appendVolumes(scan: ScanStamp, volumes: readonly VolumeUsage[]): Promise<RunProblem | undefined>;
}

export type ScanStamp = Pick<ScanResult['scan'], 'id' | 'startedAt' | 'deployment'>;

/**
 * The joining step of a fleet on one page: know every share by its head, judge together what may refer to one another, part
 * by part, keep of each what the result holds, conclude once.
 */
export async function joinFleet(
  config: Config,
  options: JudgeOptions,
  ports: JoinPorts,
  deps: RunDeps,
): Promise<RunOutcome> {
  const startedAt = deps.now();
  deps.progress('reading history');
  const memory = await traced('history.recall', {}, () => ports.history.recall(deps.runId));
  deps.progress('reading the heads of the shares');
  const { fleet, parts, items, itemsOf } = divide(
    await readHeads(ports.shelf, config, ports.failing, deps),
    options,
    ports.partItems,
  );
  const sources = fleet.sources.map(({ source }) => source);
  deps.logger.info({ stage: 'join', sources: sources.length, parts: parts.length, items }, 'shares chosen');

  const setup: PartSetup = {
    outlines: fleet.sources.map(({ source, outline }) => ({ source, inventory: outline })),
    memory: { ...memory, findings: [] },
    options,
    judgedAt: fleet.judgedAt ?? startedAt,
    now: startedAt,
    validation: toValidationOptions(config, options, ports.userRules),
    named: rememberedNames(memory),
  };
  const scan = { id: deps.scanId, startedAt: startedAt.toISOString(), deployment: config.deployment };
  const most = config.limits.joinedVolumes;
  const remembers = deps.remembers !== false && memory.state !== 'unreadable';
  const isLarge = fleet.sources.reduce((sum, { volumes }) => sum + volumes, 0) > most;
  const largest = keepLargest(most);
  let failedAhead: RunProblem | undefined;
  let appending: Promise<void> = Promise.resolve();
  /** Waits only for those of the parts before: the next is judged meanwhile. */
  const appendAhead = async (volumes: readonly VolumeUsage[]) => {
    const before = appending;
    appending = before.then(async () => {
      failedAhead ??= await ports.history.appendVolumes(scan, volumes);
    });
    await before;
  };
  const bench = ports.openBench(setup, items);
  const judgeOne = async (part: readonly SourceId[], index: number): Promise<PartVerdict> => {
    deps.signal.throwIfAborted();
    deps.progress(`judging part ${index + 1} of ${parts.length}`);
    const verdict = await bench.judge(await readPart(part, fleet, ports.shelf));
    largest.add(verdict.usage.volumes);
    if (isLarge && remembers) await appendAhead(verdict.usage.volumes);
    return { ...verdict, usage: { ...verdict.usage, volumes: [] } };
  };
  const verdicts = await traced('judge', {}, () =>
    inTurns(parts, { width: bench.width, most: ports.itemsAtATime, weightOf: itemsOf }, judgeOne),
  ).finally(() => bench.close());
  await appending;
  const { judged, read, usage: sums, validation } = mergeVerdicts(verdicts, sources);
  const { volumes, leftOut } = largest.take();
  const usage = { ...sums, volumes, ...(leftOut > 0 && { volumesLeftOut: leftOut }) };
  const notes = [...judged.notes, ...fleet.notes, ...(leftOut > 0 ? [leftOutNote(most, leftOut)] : [])];
  const checked = await readTwice(judged.drafts.filter(needsSecondReading), async (_, premises) =>
    premises.map((premise) => ({ premise, status: 'stored' as const })),
  );

  const series = await recallSeries(ports.history, memory, usage.volumes, {
    startedAt,
    timeZone: config.report.timeZone,
  });
  const { tool } = ports;
  const finishedAt = deps.now();
  const about = { tool, config, options, memory, checked, usage, series, startedAt, finishedAt, deps };
  const result = concludeFrom({ ...about, read, validation, judged: { ...judged, notes } });
  deps.signal.throwIfAborted(); // abandoned: nothing of it is remembered
  const append = async () => failedAhead ?? (remembers ? await ports.history.append(result) : undefined);
  return toOutcome(result, memory.state === 'unreadable' ? historyProblem(memory) : await append());
}

/** Keys are only needed for this, and are large. */
function divide({ sources, ...rest }: Fleet, options: JudgeOptions, most: number) {
  const fleet: Fleet = { ...rest, sources: sources.map(({ keys: _, ...source }) => source) };
  const items = new Map(sources.map((source) => [source.source, source.items]));
  const itemsOf = (part: readonly SourceId[]) => part.reduce((sum, source) => sum + (items.get(source) ?? 0), 0);
  const parts = packParts(partitionFleet(sources, options.backends), itemsOf, most);
  return { fleet, parts, items: itemsOf([...items.keys()]), itemsOf };
}

async function readPart(part: readonly SourceId[], { sources }: Fleet, shelf: Shelf): Promise<PartOrder> {
  const own = sources.filter(({ source }) => part.includes(source));
  return {
    shares: await Promise.all(
      own.flatMap(({ source, key }) => (key === undefined ? [] : [shelf.get(key).then((body) => ({ source, body }))])),
    ),
    failed: own.flatMap(({ source, key, outline }) => (key === undefined ? [{ source, inventory: outline }] : [])),
  };
}

/** A finding that is resolved now is narrowed by what its volume was. */
function rememberedNames({ findings }: Memory): ReadonlySet<string> {
  return new Set(
    findings.flatMap(({ finding }) => {
      const parsed = Finding.pick({ scope: true, resource: true, owner: true }).safeParse(finding);
      return parsed.success ? namesOf(parsed.data) : [];
    }),
  );
}

function leftOutNote(most: number, leftOut: number): ScanResult['notes'][number] {
  const text = `The result lists the ${most} largest volumes; ${leftOut} smaller ones were judged and counted, and history holds them all.`;
  return { kind: 'volumesLeftOut', text };
}
