import type { Finding } from '../model/finding.ts';
import type { ScanResult, UsageGroup, VolumeUsage } from '../model/scan-result.ts';
import type { CurrentVolume } from '../model/trends.ts';
import type { Row, TableName, TableRows } from './tables.ts';

/** Everything of a result that the tables keep. Tables without rows are left out. */
export function buildRows(result: ScanResult): readonly TableRows[] {
  const { deployment } = result.scan;
  const { usage } = result;
  return [
    table('scans', deployment, [buildScan(result)]),
    table('sources', deployment, buildSources(result)),
    table('checks', deployment, buildChecks(result)),
    table('undecided', deployment, buildUndecided(result)),
    table(
      'findings',
      deployment,
      result.findings.map((finding) => ({ ...runStamp(result), ...buildFinding(finding) })),
    ),
    table('groups', deployment, buildGroups(result)),
    table('validation', deployment, buildValidation(result)),
    ...buildVolumeRows(result.scan, usage.volumes),
    ...split('pools', usage.pools, (pool) => pool.nas, buildPool(result)),
    ...split('snapshots', usage.snapshotOrigins, (origin) => origin.nas, buildSnapshotCount(result)),
  ].filter(({ rows }) => rows.length > 0);
}

/** The tables of volumes, which can be written before there is a result. */
export function buildVolumeRows(scan: ScanStamp, volumes: readonly VolumeUsage[]): TableRows[] {
  return [
    ...split('volumes', volumes, (volume) => volume.cluster, buildVolume(scan)),
    ...split('datasets', uniqueDatasets(volumes), (volume) => volume.nas, buildDataset(scan)),
  ];
}

export type ScanStamp = Pick<ScanResult['scan'], 'id' | 'startedAt' | 'deployment'>;

function table<T extends TableName>(name: T, partition: string, rows: readonly Row<T>[]): TableRows {
  return { table: name, partition, rows };
}

function split<T extends TableName, I>(
  name: T,
  items: readonly I[],
  partitionOf: (item: I) => string,
  build: (item: I) => Row<T>,
): TableRows[] {
  return [...Map.groupBy(items, partitionOf)].map(([partition, group]) => table(name, partition, group.map(build)));
}

const scanStamp = (scan: ScanStamp) => ({
  scan_id: scan.id,
  at_ms: Date.parse(scan.startedAt),
  deployment: scan.deployment,
});
const stamp = ({ scan }: ScanResult) => ({ scan_id: scan.id, at_ms: Date.parse(scan.startedAt) });
const runStamp = (result: ScanResult) => ({ ...stamp(result), run_id: result.scan.runId });
const sourceStamp = ({ scan }: ScanResult) => scanStamp(scan);

function buildScan(result: ScanResult): Row<'scans'> {
  const { scan, summary } = result;
  return {
    ...runStamp(result),
    started_at: scan.startedAt,
    finished_at: scan.finishedAt,
    duration_ms: scan.durationMs,
    complete: scan.complete,
    filters: JSON.stringify(result.scope.filters),
    status: summary.status,
    tool_version: result.tool.version,
    config_digest: scan.configDigest,
    findings: summary.findings,
    confirmed: summary.confirmed,
    unconfirmed: summary.unconfirmed,
    ignored: summary.ignored,
    reclaimable_bytes: summary.reclaimableBytes,
    confirmed_reclaimable_bytes: summary.confirmedReclaimableBytes,
  };
}

function buildSources(result: ScanResult): Row<'sources'>[] {
  const { clusters, nases } = result.scope;
  return [
    ...clusters.map((cluster) => ({ ...cluster, source: `cluster/${cluster.name}`, is: cluster.uid })),
    ...nases.map((nas) => ({ ...nas, source: `nas/${nas.name}`, is: nas.hostId })),
  ].map(({ source, is, identity, version, reached, clockSkewMs }) => ({
    ...runStamp(result),
    source,
    identity: is,
    identity_state: identity,
    version,
    reached,
    clock_skew_ms: clockSkewMs,
  }));
}

function buildChecks(result: ScanResult): Row<'checks'>[] {
  return result.checks.map(({ id, scope, status, because, count }) => ({
    ...runStamp(result),
    check_id: id,
    scope,
    status,
    because,
    found: count,
  }));
}

function buildUndecided(result: ScanResult): Row<'undecided'>[] {
  return result.checks.flatMap(({ id, scope, undecided }) =>
    undecided.map((item) => ({ ...runStamp(result), check_id: id, scope, ...item })),
  );
}

function buildFinding(finding: Finding): Row<'findings'> {
  const { resource, bytes, cost } = finding;
  return {
    finding_id: finding.id,
    check_id: finding.check,
    scope: finding.scope,
    severity: finding.severity,
    confirmation: finding.confirmation,
    change: finding.change,
    confidence: finding.confidence,
    source: resource.source,
    kind: resource.kind,
    namespace: resource.namespace,
    name: resource.name,
    uid: resource.uid,
    created_at: finding.age.createdAt,
    provisioned_bytes: bytes.provisioned,
    used_bytes: bytes.used,
    reclaimable_bytes: bytes.reclaimable,
    cost_per_month: cost?.perMonth,
    currency: cost?.currency,
    ignored: finding.ignoredBy !== undefined,
    finding: JSON.stringify(finding),
  };
}

function buildGroups(result: ScanResult): Row<'groups'>[] {
  const { namespaces, storageClasses, backends } = result.usage;
  const rows = (dimension: string, groups: readonly UsageGroup[]): Row<'groups'>[] =>
    groups.map((group) => ({
      ...stamp(result),
      dimension,
      group_key: group.key,
      volumes: group.volumes,
      unknown: group.unknown,
      ...buildAmount(group),
    }));
  return [...rows('namespace', namespaces), ...rows('storageClass', storageClasses), ...rows('backend', backends)];
}

function buildValidation(result: ScanResult): Row<'validation'>[] {
  return result.validation.results.map((item) => ({
    ...stamp(result),
    rule_id: readText(item, 'rule') ?? readText(item, 'id'),
    result: JSON.stringify(item),
  }));
}

function readText(item: unknown, field: string): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const value: unknown = Reflect.get(item, field);
  return typeof value === 'string' ? value : undefined;
}

/** The dataset's guid/createtxg where the release tells it, so that history survives a rename; else its name. */
export const datasetKey = (volume: Pick<CurrentVolume, 'dataset' | 'datasetId'>): string =>
  volume.datasetId ?? volume.dataset;

function buildVolume(scan: ScanStamp): (volume: VolumeUsage) => Row<'volumes'> {
  return (volume) => ({
    ...scanStamp(scan),
    uid: volume.uid,
    persistent_volume: volume.persistentVolume,
    namespace: volume.namespace,
    claim: volume.claim,
    storage_class: volume.storageClass,
    backend: volume.backend,
    nas: volume.nas,
    dataset_key: datasetKey(volume),
    capacity_bytes: volume.provisionedBytes,
  });
}

/** Two volumes can stand on one dataset (`backend-shared-by-volumes`): it is stored once. */
export function uniqueDatasets<T extends CurrentVolume>(volumes: readonly T[]): readonly T[] {
  return [...new Map(volumes.map((volume) => [`${volume.nas}\n${datasetKey(volume)}`, volume])).values()];
}

function buildDataset(scan: ScanStamp): (volume: VolumeUsage) => Row<'datasets'> {
  return (volume) => ({
    ...scanStamp(scan),
    dataset_key: datasetKey(volume),
    dataset: volume.dataset,
    pool: volume.pool,
    kind: volume.kind,
    thin: volume.thin,
    ...buildAmount(volume),
    referenced_bytes: volume.referencedBytes,
    snapshot_count: volume.snapshotCount,
    compress_ratio: volume.compressRatio,
  });
}

function buildAmount(amount: Omit<UsageGroup, 'key' | 'volumes' | 'unknown'>) {
  return {
    provisioned_bytes: amount.provisionedBytes,
    used_bytes: amount.usedBytes,
    data_bytes: amount.dataBytes,
    snapshot_bytes: amount.snapshotBytes,
    reserved_bytes: amount.reservedBytes,
    logical_bytes: amount.logicalBytes,
  };
}

function buildPool(result: ScanResult): (pool: ScanResult['usage']['pools'][number]) => Row<'pools'> {
  return (pool) => ({
    ...sourceStamp(result),
    pool: pool.pool,
    status: pool.status,
    healthy: pool.healthy,
    usable_bytes: pool.usableBytes,
    used_bytes: pool.usedBytes,
    available_bytes: pool.availableBytes,
    raw_size_bytes: pool.rawSizeBytes,
    raw_allocated_bytes: pool.rawAllocatedBytes,
    raw_free_bytes: pool.rawFreeBytes,
    fragmentation_percent: pool.fragmentationPercent,
    promised_bytes: pool.promisedBytes,
    overcommit_ratio: pool.overcommitRatio,
    volumes: pool.volumes,
  });
}

function buildSnapshotCount(
  result: ScanResult,
): (origin: ScanResult['usage']['snapshotOrigins'][number]) => Row<'snapshots'> {
  return (origin) => ({
    ...sourceStamp(result),
    origin: origin.origin,
    snapshot_count: origin.count,
    used_bytes: origin.usedBytes,
  });
}
