import type { Inventory } from '../../../model/inventory.ts';
import type { ClusterInventory } from '../../../model/kubernetes.ts';
import type { RetentionRule } from '../../../model/options.ts';
import type { ScanResult } from '../../../model/scan-result.ts';
import { retentionOf } from '../../../util/retention.ts';
import { type ComplianceRow, notAssessed } from './row.ts';

/** What is older than it may be, and what nothing says an age for. */
export function listRetention(
  { clusters }: Inventory,
  result: ScanResult,
  rules: readonly RetentionRule[],
): readonly ComplianceRow[] {
  return [...adherence(result), ...clusters.flatMap((cluster) => unlimited(cluster, rules))];
}

function adherence({ checks, findings }: ScanResult): readonly ComplianceRow[] {
  const outcomes = checks.filter(({ id }) => id === 'snapshot-expired');
  return outcomes.flatMap(({ scope, status, because, count }): readonly ComplianceRow[] => {
    if (status === 'notAssessed' || status === 'errored') return [notAssessed(scope, 'snapshots', because ?? status)];
    if (count === 0)
      return [{ where: scope, what: 'snapshots', state: 'right', says: 'none older than the retention that it has' }];
    return findings
      .filter(({ check }) => check === 'snapshot-expired')
      .filter((finding) => finding.scope === scope && finding.change !== 'resolved')
      .map(({ resource, why }) => ({
        where: scope,
        what: [resource.namespace, resource.name].filter(Boolean).join('/'),
        state: 'look',
        says: why,
      }));
  });
}

function unlimited({ name, sections }: ClusterInventory, rules: readonly RetentionRule[]): readonly ComplianceRow[] {
  const { volumeSnapshots, claims } = sections;
  if (!volumeSnapshots.ok || !claims.ok) return []; // said by adherence: the check needs both lists
  const claimsByName = new Map(claims.items.map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  const without = volumeSnapshots.items.filter((snapshot) => {
    const claim = claimsByName.get(`${snapshot.namespace}/${snapshot.sourceClaim ?? ''}`);
    return retentionOf(snapshot, claim, rules) === undefined;
  });
  if (without.length === 0) return [];
  const says = `${without.length} of ${volumeSnapshots.items.length}: nothing says how long they may live`;
  return [{ where: `cluster/${name}`, what: 'snapshots without a retention', state: 'look', says }];
}
