import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../model/logger.ts';
import type { Memory } from '../model/memory.ts';
import type { ScanResult, VolumeUsage } from '../model/scan-result.ts';
import type { HistorySeries, SeriesPeriod } from '../model/trends.ts';
import { appendScan, appendVolumesAhead } from './append.ts';
import { type CompactReport, compactMonths } from './compact.ts';
import { type Duck, openDuck } from './duck.ts';
import { checkFormat } from './format.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { buildListing, type HistoryListing } from './list.ts';
import { openLocalObjects } from './local-objects.ts';
import type { ObjectStore } from './object-store.ts';
import { openObjects } from './open-objects.ts';
import { PartFiles } from './part-files.ts';
import { type PruneReport, pruneHistory } from './prune.ts';
import { querySeries } from './queries/read-series.ts';
import { recall } from './recall.ts';
import type { CommittedScan, Part } from './records.ts';
import { readNewestResult } from './results.ts';
import type { ScanStamp } from './rows.ts';
import type { S3Location } from './s3-objects.ts';
import { type TransferReport, transfer } from './transfer.ts';
import { type VerifyReport, verifyHistory } from './verify.ts';
import { defaultGraceMs, type Workbench } from './workbench.ts';

/**
 * What earlier scans of one deployment found. Every method throws a HistoryError when the store as a whole cannot be
 * read or written; single damaged parts are named in `memory().damagedParts` and the rest is used.
 */
export interface HistoryStore {
  /** For messages. */
  readonly place: string;
  /** Durable and visible as a whole when it returns; nothing of it is visible before. */
  append(result: ScanResult): Promise<void>;
  /** Volumes of whole clusters and NASes, as soon as they are known: `append` of that scan takes these for its own. */
  appendVolumes(scan: ScanStamp, volumes: readonly VolumeUsage[]): Promise<void>;
  /** `runId`: leaves out the scans of that run, so that a retry of one Job never counts twice. */
  memory(options?: { readonly runId?: string }): Promise<Memory>;
  /** undefined when nothing is stored, or nothing that can be read. */
  latestResult(options?: { readonly notRunId?: string }): Promise<ScanResult | undefined>;
  result(scanId: string): Promise<ScanResult | undefined>;
  /** Oldest first; `from` and `to` (exclusive) are ISO times that the scan's start is compared with. */
  scans(period?: { readonly from?: string; readonly to?: string }): Promise<readonly CommittedScan[]>;
  /** Readings over time for trends. */
  series(period?: SeriesPeriod): Promise<HistorySeries>;
  /** What is stored, from the records alone. */
  ls(): Promise<HistoryListing>;
  /** Reads every committed byte and compares it with its SHA-256. */
  verify(): Promise<VerifyReport>;
  /** Merges the months that are over. `graceMs`: how long replaced files stay; default one hour. */
  compact(options?: { readonly graceMs?: number }): Promise<CompactReport>;
  /** Takes out what is older than the retention, whole months at a time, never the last scan. */
  prune(options: { readonly retentionDays: number; readonly graceMs?: number }): Promise<PruneReport>;
  /** Copies this deployment's scans into a directory of the same format. */
  exportTo(directory: string): Promise<TransferReport>;
  importFrom(directory: string): Promise<TransferReport>;
  close(): Promise<void>;
}

export interface HistoryOptions {
  readonly location: HistoryLocation;
  readonly deployment: string;
  readonly logger: Logger;
  /** DuckDB's limit; it spills to the temporary folder above it. Default 512MB. */
  readonly memoryLimit?: string;
  readonly now?: () => Date;
  /** Where temporary files go; default the system's. */
  readonly temporary?: string;
  /** Not for users: tests put faults between history and its storage. */
  readonly through?: ThroughObjects | undefined;
}

export type ThroughObjects = (objects: ObjectStore) => ObjectStore;

export type HistoryLocation = { readonly kind: 'directory'; readonly directory: string } | S3Location;

/** Opens the store; nothing is created before the first append. @throws HistoryError when it is not readable. */
export async function openHistory(options: HistoryOptions): Promise<HistoryStore> {
  const { location, through = (objects) => objects } = options;
  const objects = await openObjects(location);
  try {
    const store = await openHistoryOn(through(objects), options);
    return { ...store, close: () => store.close().finally(() => objects.close?.()) };
  } catch (error) {
    objects.close?.();
    throw error;
  }
}

export async function openHistoryOn(
  objects: ObjectStore,
  options: Omit<HistoryOptions, 'location'>,
): Promise<HistoryStore> {
  const format = await checkFormat(objects);
  const scratch = await mkdtemp(join(options.temporary ?? tmpdir(), 'strandline-history-'));
  /** One engine for one call: between calls it would hold some 60 MB, and opening it takes 15 ms. */
  const withDuck = async <T>(work: (duck: Duck) => Promise<T>): Promise<T> => {
    const duck = await openDuck({ memoryLimit: options.memoryLimit ?? '512MB', temporary: scratch });
    return work(duck).finally(() => duck.close());
  };
  const files = new PartFiles(objects, scratch);
  // One scratch folder, and memory for one engine: calls wait for one another.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const withBench = <T>(work: (bench: Workbench) => Promise<T>): Promise<T> =>
    inTurn(() => {
      const { deployment, now = () => new Date() } = options;
      // Maintenance checks every file again, whatever was read before.
      const checked = new PartFiles(objects, scratch);
      return withDuck((duck) => work({ objects, duck, files: checked, scratch, deployment, now: now() }));
    });
  const ahead = new Map<string, readonly Part[]>();
  const ledger = (): Promise<Ledger> => readLedger(objects, options.deployment);

  return {
    place: objects.place,
    append: (result) =>
      inTurn(() =>
        withDuck((duck) => appendScan({ objects, duck, scratch, format }, result, ahead.get(result.scan.id))),
      ),
    appendVolumes: (scan, volumes) =>
      inTurn(async () => {
        const parts = await withDuck((duck) => appendVolumesAhead({ objects, duck, scratch, format }, scan, volumes));
        ahead.set(scan.id, [...(ahead.get(scan.id) ?? []), ...parts]);
      }),
    memory: ({ runId } = {}) => inTurn(() => withDuck(async (duck) => recall(duck, await ledger(), files, runId))),
    latestResult: async ({ notRunId } = {}) =>
      readNewestResult(objects, await ledger(), ({ runId }) => runId !== notRunId),
    result: async (scanId) => readNewestResult(objects, await ledger(), ({ id }) => id === scanId),
    scans: async ({ from, to } = {}) =>
      (await ledger()).scans.filter(({ startedAt }) => {
        const at = Date.parse(startedAt);
        return (from === undefined || at >= Date.parse(from)) && (to === undefined || at < Date.parse(to));
      }),
    series: (period = {}) =>
      inTurn(() =>
        withDuck(async (duck) => querySeries(duck, await ledger(), new PartFiles(objects, scratch), period)),
      ),
    ls: async () => buildListing(objects.place, await ledger()),
    verify: () => withBench((bench) => verifyHistory(bench)),
    compact: ({ graceMs = defaultGraceMs } = {}) => withBench((bench) => compactMonths(bench, graceMs)),
    prune: ({ retentionDays, graceMs = defaultGraceMs }) =>
      withBench((bench) => pruneHistory(bench, retentionDays, graceMs)),
    exportTo: (directory) => withBench((bench) => transfer(bench, objects, openLocalObjects(directory))),
    importFrom: (directory) => withBench((bench) => transfer(bench, openLocalObjects(directory), objects)),
    close: async () => {
      await turn;
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
