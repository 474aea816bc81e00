import { openCluster } from '../collect/kubernetes/index.ts';
import { createLeaseApi } from '../collect/kubernetes/lease.ts';
import { createReviews } from '../collect/kubernetes/reviews.ts';
import type { Config } from '../config/schema.ts';
import { toClusterTargets } from '../config/to-targets.ts';
import { buildRunGroupOf, buildSourceGroups } from '../deliver/pushgateway/build.ts';
import { formatMetrics } from '../deliver/pushgateway/format.ts';
import { mergeGroups } from '../deliver/pushgateway/text-file.ts';
import { openHistory } from '../history/store.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { formats } from '../report/index.ts';
import { historyLocation } from './history-location.ts';
import type { LockMemory } from './lock.ts';
import { reportOptions } from './outputs.ts';
import type { RunDeps } from './ports.ts';
import { renderInWorker } from './render-in-worker.ts';
import { homeCluster, lockScan } from './scan-lock.ts';
import type { ServiceLock, ServicePorts } from './service-ports.ts';

/** What stays open as long as the service runs: the store, and one connection to the cluster it asks. */
export async function openService(config: Config, deps: RunDeps): Promise<ServicePorts> {
  const location = historyLocation(config);
  const store =
    location === undefined
      ? undefined
      : await openHistory({ location, deployment: config.deployment, logger: deps.logger, now: deps.now });
  const home = await openHome(config, deps);
  const memory: LockMemory = {};
  return {
    scans: async () => (await store?.scans()) ?? [],
    result: async (scanId) => store?.result(scanId),
    tryLock: () => tryLock(config, home, memory, deps),
    render: async (result, format) => {
      const options = await reportOptions(config, deps);
      return format === 'pdf'
        ? formats.pdf.render(result, options, { log: deps.logger })
        : renderInWorker({ what: format, result, options });
    },
    renderLive: async (result) => renderInWorker({ what: 'live', result, options: await reportOptions(config, deps) }),
    metrics: (result) => formatMetrics(mergeGroups(groupsOf(config, result))),
    reviews: home?.connection && { cluster: home.name, ...createReviews(home.connection) },
    close: async () => {
      home?.source.close();
      await store?.close();
    },
  };
}

/** The cluster whose API server knows our callers and holds our Lease. */
async function openHome(config: Config, deps: RunDeps) {
  const wanted = config.serve.auth.kubernetes.cluster ?? config.lock.cluster ?? homeCluster(config.clusters);
  const target = toClusterTargets(config).find(({ name }) => name === wanted);
  if (target === undefined) return undefined;
  const source = await openCluster(target, { log: deps.logger, signal: deps.signal, now: deps.now });
  return { name: target.name, source, connection: source.connection };
}

/** Without waiting: whoever asks for a scan hears at once that another one runs. */
function tryLock(
  config: Config,
  home: Awaited<ReturnType<typeof openHome>>,
  memory: LockMemory,
  deps: RunDeps,
): Promise<ServiceLock> {
  const clusters = home === undefined ? [] : [home];
  return lockScan(
    { clusters: config.clusters, lock: { ...config.lock, waitFor: '0s' } },
    clusters.map(({ name, connection }) => ({
      name,
      openLease: async (place) => connection && createLeaseApi({ ...connection, ...place }),
    })),
    // Not the pod's UID: a second try of this process must not pass for the holder.
    {
      logger: deps.logger,
      signal: deps.signal,
      scanId: `${deps.scanId}-${crypto.randomUUID().slice(0, 8)}`,
      env: {},
      memory,
    },
  );
}

function groupsOf(config: Config, result: ScanResult) {
  const perVolume = config.pushgateway?.perVolume ?? { enabled: false, cap: 1 };
  const { deployment, finishedAt, durationMs, complete } = { ...result.scan };
  const run = { deployment, finishedAt, durationMs, exitCode: complete ? 0 : 3 };
  return [...buildSourceGroups(result, { perVolume }), buildRunGroupOf(result, run)];
}
