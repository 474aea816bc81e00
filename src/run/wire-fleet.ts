import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { failedCluster } from '../collect/kubernetes/index.ts';
import { failedInventory } from '../collect/truenas/collect.ts';
import type { Config } from '../config/schema.ts';
import { toNasTargets } from '../config/to-targets.ts';
import { HistoryError } from '../errors.ts';
import type { ObjectStore } from '../history/object-store.ts';
import { openObjects } from '../history/open-objects.ts';
import { decodeInventory, getShare, listShares, putShare, readShareHead, shareTime } from '../history/shares.ts';
import type { SourceId } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Share } from '../model/share.ts';
import { durationMs } from '../util/duration.ts';
import { awaitShares } from './fleet/await-shares.ts';
import { buildClusterShare, buildNasShare } from './fleet/build-share.ts';
import type { Bench, JoinPorts, PartOrder } from './fleet/join.ts';
import { judgePart, type PartSetup, type PartVerdict } from './fleet/judge-part.ts';
import type { Failing } from './fleet/read-heads.ts';
import { historyLocation } from './history-location.ts';
import type { RunDeps } from './ports.ts';
import type { ThreadSetup } from './wire-fleet-worker.ts';

/** Stores what was read, an object a source, beside the history. @throws HistoryError */
export async function storeShares(config: Config, inventory: Inventory, deps: RunDeps): Promise<readonly string[]> {
  return withObjects(config, async (objects) => {
    const keys: string[] = [];
    const store = async (share: Share) => keys.push(await putShare(objects, share));
    for (const nas of inventory.nases) await store(buildNasShare(nas, deps));
    for (const cluster of inventory.clusters) await store(buildClusterShare(cluster, deps));
    return keys.map((key) => `${objects.place}/${key}`);
  });
}

/** Until each of these has a share of this very run: of one Indexed Job, then. @throws HistoryError */
export async function awaitOwnRun(
  config: Config,
  sources: readonly SourceId[],
  deps: RunDeps,
  { sharePollMs = pollMs }: FleetTuning,
): Promise<void> {
  if (sources.length === 0) return;
  await withObjects(config, (objects) => {
    const isThere = async (source: SourceId) => {
      const [newest] = await listShares(objects, source);
      if (newest === undefined) return false;
      const head = await readShareHead(objects, newest, source).catch(orDamaged);
      return head?.runId === deps.runId;
    };
    return awaitShares({ sources, isThere, longest: config.limits.shareWait, pollMs: sharePollMs }, deps);
  });
}

/** Until every source has a share that is young enough to be judged. @throws HistoryError */
export async function awaitFleet(config: Config, deps: RunDeps, { sharePollMs = pollMs }: FleetTuning): Promise<void> {
  const sources = [
    ...config.nas.map(({ name }): SourceId => `nas/${name}`),
    ...config.clusters.map(({ name }): SourceId => `cluster/${name}`),
  ];
  const oldestMs = () => deps.now().getTime() - durationMs(config.limits.shareMaxAge);
  await withObjects(config, (objects) => {
    const isThere = async (source: SourceId) => {
      const [newest] = await listShares(objects, source);
      const begun = newest === undefined ? undefined : shareTime(newest);
      return begun !== undefined && begun.getTime() >= oldestMs();
    };
    return awaitShares({ sources, isThere, longest: config.limits.shareWait, pollMs: sharePollMs }, deps);
  });
}

/** A damaged share is as good as none; the joining step says so. */
function orDamaged(error: unknown): undefined {
  if (!(error instanceof HistoryError)) throw error;
}

type FleetPorts = Pick<JoinPorts, 'shelf' | 'failing' | 'openBench' | 'partItems' | 'itemsAtATime'>;

/** Not for users: where small estates are to be judged as large ones are. */
export interface FleetTuning {
  readonly partItems?: number;
  /** Fleets of more items are judged in threads. */
  readonly threadItems?: number;
  readonly sharePollMs?: number;
}

/** How often it is looked for a share that is missing: one listing of a folder for each. */
const pollMs = 5_000;

/** The shares that lie beside the history, and who judges them. @throws HistoryError */
export async function withShares<T>(
  config: Config,
  deps: RunDeps,
  { partItems = 50_000, threadItems = 150_000 }: FleetTuning,
  work: (ports: FleetPorts) => Promise<T>,
): Promise<T> {
  return withObjects(config, (objects) =>
    work({
      shelf: {
        list: (source) => listShares(objects, source),
        readHead: (key, source) => readShareHead(objects, key, source),
        get: (key) => getShare(objects, key),
      },
      failing: failingOf(config, deps),
      partItems,
      itemsAtATime,
      openBench: (setup, items) =>
        items > threadItems ? openThreads(setup, config.validation.rulesDir) : openHere(setup),
    }),
  );
}

function failingOf(config: Config, { now }: RunDeps): Failing {
  const nases = toNasTargets(config);
  return (source, error) => {
    const name = source.slice(source.indexOf('/') + 1);
    if (source.startsWith('cluster/')) return failedCluster(name, error, now);
    const target = nases.find((one) => one.name === name);
    if (target === undefined) throw new Error(`${source} is no NAS of config`);
    return failedInventory(target, error, now);
  };
}

function openHere(setup: PartSetup): Bench {
  return { width: 1, judge: (order) => judgeOrder(setup, order), close: async () => {} };
}

/** One share after the other: unpacked, each is some ten times as large as it is stored. */
export async function judgeOrder(setup: PartSetup, { shares, failed }: PartOrder): Promise<PartVerdict> {
  const members = new Map(failed.map(({ source, inventory }) => [source, inventory]));
  for (const { source, body } of shares) members.set(source, await decodeInventory(body));
  return judgePart(setup, members);
}

/** Some 2 KB each while they are judged: together with all else below 1 GB. */
const itemsAtATime = 190_000;

/** What a pod of the usual size has cores for. */
const threads = 2;

/** Room for what dies young. More of it makes no thread faster, and each has its own. */
const resourceLimits = { maxYoungGenerationSizeMb: 32 };

/** Each thread judges one part at a time; rules of users are code, which every thread loads for itself. */
function openThreads({ validation, ...rest }: PartSetup, rulesDir: string | undefined): Bench {
  const { userRules: _, ...plain } = validation;
  const workerData: ThreadSetup = { setup: { ...rest, validation: { ...plain, userRules: [] } }, rulesDir };
  const entry = join(import.meta.dirname, `wire-fleet-worker${extname(import.meta.filename)}`);
  const idle = Array.from({ length: threads }, () => new Worker(entry, { workerData, resourceLimits }));
  const all = [...idle];
  return {
    width: threads,
    async judge(order) {
      const worker = idle.pop();
      if (worker === undefined) throw new Error('more parts at a time than threads');
      const verdict = await ask(worker, order);
      idle.push(worker);
      return verdict;
    },
    close: async () => void (await Promise.all(all.map((worker) => worker.terminate()))),
  };
}

/** Only its own listeners go afterwards: those that the worker itself has carry the next answer. */
function ask(worker: Worker, order: PartOrder): Promise<PartVerdict> {
  const { promise, resolve, reject } = Promise.withResolvers<PartVerdict>();
  const onExit = () => reject(new Error('a thread ended without a verdict'));
  worker.on('message', resolve).on('error', reject).on('exit', onExit);
  worker.postMessage(order, buffersOf(order));
  return promise.finally(() => worker.off('message', resolve).off('error', reject).off('exit', onExit));
}

/** Handed over instead of copied, where a share has a buffer of its own: nobody here reads it again. */
function buffersOf({ shares }: PartOrder): ArrayBuffer[] {
  return shares.flatMap(({ body: { buffer, byteLength } }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}

async function withObjects<T>(config: Config, work: (objects: ObjectStore) => Promise<T>): Promise<T> {
  const location = historyLocation(config);
  if (location === undefined)
    throw new HistoryError('history is switched off: shares of a fleet lie in its bucket or folder', {
      remedy: 'Set `history.enabled: true` and the same `history.s3` or `history.dir` for every share.',
    });
  const objects = await openObjects(location);
  try {
    return await work(objects);
  } finally {
    objects.close?.();
  }
}
