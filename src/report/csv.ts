import type { ScanResult } from '../model/scan-result.ts';
import { visibleText } from './view/visible-text.ts';

type Cell = string | number | boolean | undefined;

/** All findings, also ignored and resolved ones; bytes as plain integers, unknown as an empty cell. RFC 4180. */
export function renderFindingsCsv(result: ScanResult): string {
  return toCsv(
    [
      ...[
        'id',
        'check',
        'severity',
        'confirmation',
        'change',
        'confidence',
        'scope',
        'source',
        'kind',
        'resource_namespace',
      ],
      ...['resource', 'uid', 'owner_namespace', 'claim', 'workload', 'created_at', 'first_seen_at', 'scans_seen'],
      ...['provisioned_bytes', 'used_bytes', 'reclaimable_bytes', 'cost_per_month', 'currency', 'why', 'blockers'],
      ...['ignored_by', 'ignore_reason', 'ignore_until', 'scan_id', 'ignore_owner'],
    ],
    result.findings.map(({ resource, owner, age, bytes, ...finding }) => [
      finding.id,
      finding.check,
      finding.severity,
      finding.confirmation,
      finding.change,
      finding.confidence,
      finding.scope,
      resource.source,
      resource.kind,
      resource.namespace,
      resource.name,
      resource.uid,
      owner.namespace,
      owner.claim,
      owner.workload,
      age.createdAt,
      age.firstSeenAt,
      age.scansSeen,
      bytes.provisioned,
      bytes.used,
      bytes.reclaimable,
      finding.cost?.perMonth,
      finding.cost?.currency,
      finding.why,
      finding.blockers.map((blocker) => `${blocker.kind} ${blocker.name}`).join('; '),
      finding.ignoredBy?.rule,
      finding.ignoredBy?.reason,
      finding.ignoredBy?.until,
      result.scan.id,
      finding.ignoredBy?.owner,
    ]),
  );
}

/** Every volume with both of its names and its amounts. */
export function renderVolumesCsv(result: ScanResult): string {
  return toCsv(
    [
      ...[
        'cluster',
        'namespace',
        'claim',
        'persistent_volume',
        'uid',
        'storage_class',
        'backend',
        'nas',
        'pool',
        'dataset',
      ],
      ...['kind', 'thin', 'provisioned_bytes', 'used_bytes', 'data_bytes', 'snapshot_bytes', 'reserved_bytes'],
      ...['logical_bytes', 'utilisation_ratio', 'snapshot_count', 'scan_id'],
    ],
    result.usage.volumes.map((volume) => [
      volume.cluster,
      volume.namespace,
      volume.claim,
      volume.persistentVolume,
      volume.uid,
      volume.storageClass,
      volume.backend,
      volume.nas,
      volume.pool,
      volume.dataset,
      volume.kind,
      volume.thin,
      volume.provisionedBytes,
      volume.usedBytes,
      volume.dataBytes,
      volume.snapshotBytes,
      volume.reservedBytes,
      volume.logicalBytes,
      volume.utilisation,
      volume.snapshotCount,
      result.scan.id,
    ]),
  );
}

function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('');
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP: CSV injection), also behind
 * leading blanks and in its full-width forms. Numbers stay numbers.
 */
export function toCell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = visibleText(value);
  const safe = /^\s*[=+\-@＝＋－＠|%]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n;\t']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
