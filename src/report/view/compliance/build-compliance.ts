import type { Connection } from '../../../model/connection.ts';
import type { Inventory } from '../../../model/inventory.ts';
import type { RetentionRule } from '../../../model/options.ts';
import type { ScanResult } from '../../../model/scan-result.ts';
import { listShareAccess } from './access.ts';
import { listEncryption } from './encryption.ts';
import { listRetention } from './retention.ts';
import { listRights } from './rights.ts';
import type { ComplianceRow } from './row.ts';
import { listTransit } from './transit.ts';

export interface ComplianceReport {
  readonly schemaVersion: 1;
  readonly scanId: string;
  readonly takenAt: string;
  readonly chapters: readonly { readonly title: string; readonly rows: readonly ComplianceRow[] }[];
}

/** What config says, and no list that was read can tell. */
export interface ComplianceRules {
  readonly connections: readonly Connection[];
  readonly snapshotRetention: readonly RetentionRule[];
}

/** What an auditor asks for. A list that was not read is said to be not assessed, never to be right. Pure. */
export function buildCompliance(inventory: Inventory, result: ScanResult, rules: ComplianceRules): ComplianceReport {
  return {
    schemaVersion: 1,
    scanId: result.scan.id,
    takenAt: result.scan.finishedAt,
    chapters: [
      { title: 'Encryption of volumes at rest', rows: listEncryption(inventory, result) },
      { title: 'Access to shares', rows: inventory.nases.flatMap(listShareAccess) },
      { title: 'Retention of snapshots', rows: listRetention(inventory, result, rules.snapshotRetention) },
      { title: 'Rights and credentials in use', rows: listRights(inventory, result) },
      { title: 'Encryption in transit', rows: listTransit(inventory, rules.connections) },
    ],
  };
}
