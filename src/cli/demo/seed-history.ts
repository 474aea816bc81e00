import type { DemoNight, VolumeRow } from '../../../fixtures/estates/demo/history.ts';
import { buildEmptyResult } from '../../model/empty-result.ts';
import type { ScanResult, Usage, UsageGroup, VolumeUsage } from '../../model/scan-result.ts';

/** What seeding needs of a history store. */
export interface HistorySink {
  append(result: ScanResult): Promise<void>;
}

/** Stores the nights before the demo's own scan as scans of their own, oldest first. They judged nothing. */
export async function seedDemoHistory(
  store: HistorySink,
  deployment: string,
  nights: readonly DemoNight[],
): Promise<void> {
  for (const night of nights) await store.append(toResult(night, deployment));
}

function toResult(night: DemoNight, deployment: string): ScanResult {
  const id = `demo-${night.at.slice(0, 10)}`;
  const startedAt = new Date(night.at).toISOString();
  return buildEmptyResult({
    tool: { name: 'strandline', version: '0.0.0' },
    scan: {
      id,
      runId: id,
      deployment,
      startedAt,
      finishedAt: startedAt,
      durationMs: 0,
      complete: false,
      timeZone: 'UTC',
    },
    usage: toUsage(night),
    summary: { status: 'ATTENTION', sentence: 'Made-up night of the demo: sizes only.' },
  });
}

function toUsage(night: DemoNight): Usage {
  const volumes = night.volumes.map(toVolume);
  return {
    volumes,
    namespaces: sumBy(volumes, ({ cluster, namespace }) => `${cluster}/${namespace}`),
    storageClasses: sumBy(volumes, ({ cluster, storageClass }) => `${cluster}/${storageClass}`),
    backends: sumBy(volumes, ({ backend }) => backend),
    pools: night.pools.map(({ nas, pool, usedBytes, availableBytes }) => ({
      nas,
      pool,
      status: 'ONLINE',
      healthy: true,
      usedBytes,
      availableBytes,
      usableBytes: usedBytes + availableBytes,
      volumes: volumes.filter((volume) => volume.nas === nas && volume.pool === pool).length,
    })),
    snapshotOrigins: [],
    notAssessed: [],
  };
}

function toVolume(row: VolumeRow): VolumeUsage {
  return {
    cluster: row.cluster,
    backend: `backend/${row.cluster}/${row.driver}@${row.nas}`,
    nas: row.nas,
    pool: row.dataset.split('/', 1)[0] ?? '',
    dataset: row.dataset,
    datasetId: row.datasetGuid,
    persistentVolume: row.persistentVolume,
    uid: row.uid,
    namespace: row.namespace,
    claim: row.claim,
    storageClass: row.storageClass,
    kind: 'filesystem',
    provisionedBytes: row.provisionedBytes,
    usedBytes: row.usedBytes,
    dataBytes: row.referencedBytes,
    referencedBytes: row.referencedBytes,
    snapshotBytes: row.snapshotBytes,
    snapshotCount: row.snapshotCount,
  };
}

function sumBy(volumes: readonly VolumeUsage[], keyOf: (volume: VolumeUsage) => string): UsageGroup[] {
  return [...Map.groupBy(volumes, keyOf)].map(([key, members]) => ({
    key,
    volumes: members.length,
    unknown: 0,
    usedBytes: members.reduce((sum, { usedBytes = 0 }) => sum + usedBytes, 0),
  }));
}
