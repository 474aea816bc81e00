import { failedCluster } from '../collect/kubernetes/index.ts';
import { failedInventory } from '../collect/truenas/collect.ts';
import type { Config } from '../config/schema.ts';
import { toNasTargets } from '../config/to-targets.ts';
import { HistoryError } from '../errors.ts';
import type { ObjectStore } from '../history/object-store.ts';
import { openObjects } from '../history/open-objects.ts';
import { listShares, putShare, readShare } from '../history/shares.ts';
import type { SourceId } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import { readingTime, type Share, shareFormatVersion } from '../model/share.ts';
import { historyLocation } from './history-location.ts';
import { type JoinedSources, joinShares } from './join-shares.ts';
import type { RunDeps } from './ports.ts';

/** Stores what was read, an object a source, beside the history. @throws HistoryError */
export async function storeShares(config: Config, inventory: Inventory, deps: RunDeps): Promise<readonly string[]> {
  return withObjects(config, async (objects) => {
    const keys: string[] = [];
    for (const nas of inventory.nases) keys.push(await putShare(objects, toShare(`nas/${nas.name}`, nas, deps)));
    for (const cluster of inventory.clusters)
      keys.push(await putShare(objects, toShare(`cluster/${cluster.name}`, cluster, deps)));
    return keys.map((key) => `${objects.place}/${key}`);
  });
}

/** The shares that lie beside the history, as the sources of a scan. @throws HistoryError */
export async function openShares(config: Config, deps: RunDeps): Promise<JoinedSources> {
  const nases = toNasTargets(config);
  return withObjects(config, (objects) =>
    joinShares(
      {
        list: (source) => listShares(objects, source),
        read: (key, source) => readShare(objects, key, source),
      },
      config,
      {
        cluster: (name, error) => failedCluster(name, error, deps.now),
        nas: (name, error) => {
          const target = nases.find((one) => one.name === name);
          if (target === undefined) throw new Error(`${name} is no NAS of config`);
          return failedInventory(target, error, deps.now);
        },
      },
      deps,
    ),
  );
}

function toShare(source: SourceId, inventory: Share['inventory'], { scanId, runId }: RunDeps): Share {
  const format = 'strandline-inventory' as const;
  return { format, formatVersion: shareFormatVersion, source, scanId, runId, ...readingTime(inventory), inventory };
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
