import { readFile } from 'node:fs/promises';
import { type ClusterSource, openCluster, weakTlsWarning } from '../collect/kubernetes/index.ts';
import { createLeaseApi } from '../collect/kubernetes/lease.ts';
import { openNas } from '../collect/truenas/open-nas.ts';
import { listTlsNotes } from '../config/list-connections.ts';
import type { Config } from '../config/schema.ts';
import { toJudgeOptions } from '../config/to-options.ts';
import { toClusterTargets, toNasTargets } from '../config/to-targets.ts';
import { deliverAll } from '../deliver/deliver-all.ts';
import { formatScanMetrics, sendRunFacts } from '../deliver/metric-sinks.ts';
import { listOutbox } from '../deliver/outbox/list-outbox.ts';
import { openOutbox } from '../deliver/outbox/outbox.ts';
import { settleOutbox } from '../deliver/outbox/settle.ts';
import { pruneMetrics } from '../deliver/prune-metrics.ts';
import { testDeliveries } from '../deliver/test-deliveries.ts';
import { AppError, HistoryError } from '../errors.ts';
import { type OpenedObjects, openObjects } from '../history/open-objects.ts';
import { type HistoryStore, openHistory, type ThroughObjects } from '../history/store.ts';
import type { HealthReport } from '../model/health.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Logger } from '../model/logger.ts';
import type { Memory } from '../model/memory.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { readPackageFacts } from '../package-facts.ts';
import { type ChartImage, renderChartImages } from '../report/chart-images.ts';
import { measureUsage } from '../usage/measure-usage.ts';
import { durationMs } from '../util/duration.ts';
import type { RetryOptions } from '../util/retry.ts';
import { conclude } from './conclude.ts';
import { type JoinHistory, joinFleet } from './fleet/join.ts';
import { pickSource } from './fleet/pick-source.ts';
import { clusterHealth, nasHealth } from './health.ts';
import { historyLocation } from './history-location.ts';
import { judge } from './judge.ts';
import { loadUserRules } from './load-user-rules.ts';
import { writeOutputs } from './outputs.ts';
import type {
  DeliverRequest,
  Ports,
  ReportRequest,
  RunDeps,
  RunFailure,
  RunOutcome,
  RunProblem,
  SharedOutcome,
  WrittenOutputs,
} from './ports.ts';
import { nothingStored, reportPeriod } from './report-period.ts';
import { type ScanPorts, scan } from './scan.ts';
import { lockScan } from './scan-lock.ts';
import { openAudit, openAuditUpkeep } from './wire-audit.ts';
import { awaitFleet, awaitOwnRun, type FleetTuning, storeShares, withShares } from './wire-fleet.ts';
import { rotateKeys } from './wire-rotation.ts';
import { openSecretStores } from './wire-secrets.ts';
import { writeCompliance } from './write-compliance.ts';

/** Not for users: tests shorten the waits between retries, and let the storage of history fail. */
export interface Tuning {
  readonly retry?: Partial<RetryOptions>;
  readonly throughObjects?: ThroughObjects;
  readonly fleet?: FleetTuning;
}

/** The only place that names concrete clients, stores and sinks. */
export function wirePorts(tuning: Tuning = {}): Ports {
  return {
    runScan: (config, deps) => runScan(config, deps, tuning),
    runReport,
    writeOutputs,
    writeCompliance,
    deliver: (config, result, request, deps) => deliver(config, result, request, deps, tuning),
    settleDeliveries: (config, result, deps) => settleDeliveries(config, result, deps, tuning),
    deliverFailure,
    testDeliveries: (config, deps) => testDeliveries(config, { ...deps, tool: tool() }),
    listOutbox: outboxOf,
    formatMetrics: async (config, result) => formatScanMetrics(config, result),
    pruneMetrics,
    collect: (config, deps) => collect(config, deps, tuning),
    share: (config, deps, index) => share(config, deps, tuning, index),
    joinShares: (config, deps) => joinScan(config, deps, tuning),
    replay,
    checkHealth: (config, deps) => checkHealth(config, deps, tuning),
    openHistory: openHistoryOf,
    openAudit,
    openAuditUpkeep,
    openSecretStores,
    rotateKeys: (config, request, deps) => rotateKeys(config, request, deps, tuning.retry),
    openService: async (config, deps) => (await import('./wire-service.ts')).openService(config, deps),
  };
}

async function runScan(config: Config, deps: RunDeps, tuning: Tuning): Promise<RunOutcome> {
  return locked(config, deps, () =>
    withSources(config, deps, tuning, (ports) => scan(config, toJudgeOptions(config), ports, deps)),
  );
}

/** Everything that config names, or the one source that the index means. */
async function share(config: Config, deps: RunDeps, tuning: Tuning, index?: number): Promise<SharedOutcome> {
  const picked = index === undefined ? undefined : pickSource(config, index);
  if (picked !== undefined) {
    deps.logger.info({ stage: 'share', source: picked.source }, 'one share of the fleet');
    // Outside of a Job no other process is of this run.
    if (deps.runId !== deps.scanId) await awaitOwnRun(config, picked.after, deps, tuning.fleet ?? {});
  }
  const own = picked?.config ?? config;
  const inventory = await collect(own, deps, tuning);
  return { inventory, keys: await storeShares(own, inventory, deps) };
}

/** The joining step of a fleet: stored shares, judged part by part. */
async function joinScan(config: Config, deps: RunDeps, tuning: Tuning): Promise<RunOutcome> {
  await awaitFleet(config, deps, tuning.fleet ?? {});
  return locked(config, deps, async () => {
    const userRules = await userRulesOf(config);
    const history = await openScanHistory(config, deps.logger, tuning);
    try {
      return await withShares(config, deps, tuning.fleet ?? {}, (shares) =>
        joinFleet(config, toJudgeOptions(config), { tool: tool(), userRules, history, ...shares }, deps),
      );
    } finally {
      await history.close();
    }
  });
}

/** Over a connection of its own, and before the scan's deadline begins: waiting for another scan takes none of it. */
async function locked<T>(config: Config, deps: RunDeps, work: () => Promise<T>): Promise<T> {
  const opened: ClusterSource[] = [];
  const clusters = toClusterTargets(config).map((target) => ({
    name: target.name,
    openLease: async (place: { readonly namespace: string; readonly name: string }) => {
      const source = await openCluster(target, { log: deps.logger, signal: deps.signal, now: deps.now });
      opened.push(source);
      return source.connection && createLeaseApi({ ...source.connection, ...place });
    },
  }));
  try {
    const lock = await lockScan(config, clusters, deps);
    return await work().finally(() => lock.release());
  } finally {
    for (const source of opened) source.close();
  }
}

async function collect(config: Config, deps: RunDeps, tuning: Tuning): Promise<Inventory> {
  return withSources(config, deps, tuning, async (ports) => {
    const nases = await Promise.all(ports.nases.map((nas) => nas.collect()));
    const clusters = await Promise.all(ports.clusters.map((cluster) => cluster.collect()));
    return { schemaVersion: 1, clusters, nases };
  });
}

/** Judges what was collected before; nothing can be read a second time and nothing is remembered. */
async function replay(config: Config, inventory: Inventory, deps: RunDeps): Promise<RunOutcome> {
  const options = toJudgeOptions(config);
  const startedAt = deps.now();
  const memory = noMemory('an inventory from a file is judged without history');
  const judged = judge(inventory, memory, options, startedAt);
  const checked = { standing: judged.drafts, fallen: [] };
  const result = conclude({
    tool: tool(),
    config,
    options,
    inventory,
    memory,
    judged,
    checked,
    usage: measureUsage(inventory, judged.links),
    series: undefined,
    userRules: await userRulesOf(config),
    startedAt,
    deps,
  });
  return { result, problems: [] };
}

/** A stored result again, without any scan. */
async function runReport(config: Config, request: ReportRequest, deps: RunDeps): Promise<RunOutcome> {
  if (request.from !== undefined) return { result: request.from, problems: [] };
  const store = await openHistoryOf(config, deps);
  try {
    const { periodMs } = request;
    const result =
      periodMs === undefined
        ? await store.latestResult()
        : await reportPeriod(store, { periodMs, timeZone: config.report.timeZone, now: deps.now() });
    if (result === undefined) throw nothingStored(store.place);
    return { result, problems: [] };
  } finally {
    await store.close();
  }
}

async function openHistoryOf(config: Config, deps: RunDeps): Promise<HistoryStore> {
  const location = historyLocation(config);
  if (location === undefined)
    throw new HistoryError('history is switched off', { remedy: 'Set `history.enabled: true` in the config.' });
  return openHistory({ location, deployment: config.deployment, logger: deps.logger, now: deps.now });
}

async function checkHealth(config: Config, deps: RunDeps, tuning: Tuning): Promise<readonly HealthReport[]> {
  const { nases, clusters, close } = await openSources(config, deps, tuning);
  try {
    return await Promise.all([
      ...nases.map(async (nas) => nasHealth(nas.name, await nas.probe())),
      ...clusters.map(async (cluster) => clusterHealth(cluster.name, await cluster.probe())),
    ]);
  } finally {
    await close();
  }
}

async function openSources(config: Config, deps: RunDeps, { retry }: Tuning) {
  const log = deps.logger;
  const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(durationMs(config.limits.scanDeadline))]);
  const nases = toNasTargets(config).map((target) =>
    openNas(target, { log, signal, now: deps.now, ...(retry !== undefined && { retry }) }),
  );
  const clusters = await Promise.all(
    toClusterTargets(config).map(async (target) => {
      const source = await openCluster(target, { log, signal, now: deps.now, ...(retry !== undefined && { retry }) });
      return { name: target.name, ...source };
    }),
  );
  const close = async () => {
    for (const cluster of clusters) cluster.close();
    await Promise.allSettled(nases.map((nas) => nas.close()));
  };
  return { nases, clusters, close };
}

async function withSources<T>(
  config: Config,
  deps: RunDeps,
  tuning: Tuning,
  work: (ports: ScanPorts) => Promise<T>,
): Promise<T> {
  const userRules = await userRulesOf(config); // a rule that does not load is known before anything is read
  for (const what of listTlsNotes(config)) deps.logger.warn({ what }, weakTlsWarning);
  const { nases, clusters, close } = await openSources(config, deps, tuning);
  const history = await openScanHistory(config, deps.logger, tuning);
  try {
    const podUid = process.env['STRANDLINE_POD_UID'];
    return await work({ tool: tool(), userRules, nases, clusters, history, ...(podUid && { podUid }) });
  } finally {
    await Promise.allSettled([close(), history.close()]);
  }
}

async function userRulesOf({ validation: { rulesDir } }: Config): Promise<ScanPorts['userRules']> {
  return rulesDir === undefined ? [] : loadUserRules(rulesDir);
}

function tool(): ScanPorts['tool'] {
  const { version, commit } = readPackageFacts();
  return { name: 'strandline', version, ...(commit !== undefined && { commit }) };
}

/** History behind the two calls that a scan makes; a store that cannot be opened is a state of the memory. */
async function openScanHistory(
  config: Config,
  logger: Logger,
  { throughObjects: through }: Tuning,
): Promise<JoinHistory & { close(): Promise<void> }> {
  const location = historyLocation(config);
  if (location === undefined) {
    const off = noMemory('history is switched off in config');
    return {
      recall: async () => off,
      append: async () => undefined,
      appendVolumes: async () => undefined,
      series: async () => undefined,
      close: async () => {},
    };
  }
  try {
    const store = await openHistory({ location, deployment: config.deployment, logger, through });
    return {
      recall: (runId) => store.memory({ runId }).catch(unreadable(logger)),
      series: (period) =>
        store.series(period).catch((error: unknown) => {
          unreadable(logger)(error);
          return undefined;
        }),
      append: (result) => store.append(result).then(nothing, (error: unknown) => appendProblem(error, logger)),
      appendVolumes: (scan, volumes) =>
        store.appendVolumes(scan, volumes).then(nothing, (error: unknown) => appendProblem(error, logger)),
      close: () => store.close(),
    };
  } catch (error) {
    const memory = unreadable(logger)(error);
    return {
      recall: async () => memory,
      append: async () => undefined,
      appendVolumes: async () => undefined,
      series: async () => undefined,
      close: async () => {},
    };
  }
}

const nothing = (): undefined => undefined;

function unreadable(logger: Logger): (error: unknown) => Memory {
  return (error) => {
    if (!(error instanceof AppError)) throw error;
    logger.error({ err: error }, 'history could not be read');
    return { ...noMemory(error.message), state: 'unreadable' };
  };
}

function appendProblem(error: unknown, logger: Logger): RunProblem {
  if (!(error instanceof AppError)) throw error;
  logger.error({ err: error }, 'history could not be written');
  return { kind: 'history', message: error.message, ...(error.remedy !== undefined && { remedy: error.remedy }) };
}

function noMemory(because: string): Memory {
  return { state: 'none', because, scans: 0, identities: {}, findings: [], damagedParts: [] };
}

/** By every configured route; the outbox lies in the history store and keeps a retried run from sending twice. */
async function deliver(
  config: Config,
  result: ScanResult,
  request: DeliverRequest,
  deps: RunDeps,
  { throughObjects = (objects) => objects }: Tuning,
): Promise<readonly RunProblem[]> {
  deps.progress('delivering');
  const objects = await openOutboxObjects(config, deps);
  try {
    return await deliverAll(config, result, {
      logger: deps.logger,
      now: deps.now,
      signal: deps.signal,
      outbox: objects === undefined ? undefined : openOutbox(throughObjects(objects)),
      files: { ...(await readFiles(request)), charts: chartsOf(result, deps) },
      exitCode: request.exitCode,
      report: request.report,
    });
  } finally {
    objects?.close?.();
  }
}

async function settleDeliveries(
  config: Config,
  { history }: ScanResult,
  deps: RunDeps,
  { throughObjects = (objects) => objects }: Tuning,
): Promise<readonly string[]> {
  if (history.state === 'unreadable') return [];
  const objects = await openOutboxObjects(config, deps);
  if (objects === undefined) return [];
  try {
    return await settleOutbox(openOutbox(throughObjects(objects)), config.deployment, deps.now(), deps.scanId);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.logger.error({ err: error }, 'the outbox could not be settled');
    return [];
  } finally {
    objects.close?.();
  }
}

/** Also for a run that was stopped: within 5 s, for the process is about to end. */
async function deliverFailure(config: Config, failure: RunFailure, { logger, now }: RunDeps): Promise<void> {
  const { deployment } = config;
  const run = { ...failure, deployment, finishedAt: now().toISOString() };
  await sendRunFacts(config, run, { logger, signal: AbortSignal.timeout(5000) });
}

async function outboxOf(config: Config, deps: RunDeps): ReturnType<Ports['listOutbox']> {
  const objects = await openOutboxObjects(config, deps);
  if (objects === undefined) {
    throw new HistoryError('there is no outbox: history is switched off or cannot be opened', {
      remedy: 'Set `history.enabled: true`, and see that its folder or bucket can be reached.',
    });
  }
  try {
    return await listOutbox(openOutbox(objects), config.deployment);
  } finally {
    objects.close?.();
  }
}

/** A store that cannot be opened was reported by the scan already; then no message goes out. */
async function openOutboxObjects(config: Config, deps: RunDeps): Promise<OpenedObjects | undefined> {
  const location = historyLocation(config);
  if (location === undefined) return undefined;
  try {
    return await openObjects(location);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.logger.error({ err: error }, 'the outbox could not be opened');
    return undefined;
  }
}

/** Drawn once, and only when a mail wants them; a mail without them is better than none. */
function chartsOf(result: ScanResult, { signal, logger: log }: RunDeps): () => Promise<readonly ChartImage[]> {
  let charts: Promise<readonly ChartImage[]> | undefined;
  return () => {
    charts ??= renderChartImages(result, { signal, log, timeoutMs: 20_000 }).catch((error: unknown) => {
      log.warn({ err: error }, 'the mail goes out without charts');
      return [];
    });
    return charts;
  };
}

async function readFiles({ files, dir }: DeliverRequest) {
  const of = async (format: WrittenOutputs['files'][number]['format']) => {
    const file = files.find((written) => written.format === format);
    return file === undefined ? undefined : await readFile(file.path);
  };
  return { pdf: await of('pdf'), csv: await of('csv'), json: await of('json'), where: dir };
}
