import type { Inventory } from '../../../model/inventory.ts';
import type { ScanResult } from '../../../model/scan-result.ts';
import { type ComplianceRow, notAssessed } from './row.ts';

/** Of every volume, and of nothing else on the NAS. */
export function listEncryption({ nases }: Inventory, { usage }: ScanResult): readonly ComplianceRow[] {
  return nases.flatMap(({ name, sections: { datasets } }): readonly ComplianceRow[] => {
    if (!datasets.ok) return [notAssessed(`nas/${name}`, 'datasets', datasets.error.message)];
    const ours = new Set(usage.volumes.filter(({ nas }) => nas === name).map(({ dataset }) => dataset));
    return datasets.items
      .filter((dataset) => ours.has(dataset.name))
      .map(({ name: what, encrypted }) => judge(`nas/${name}`, what, encrypted));
  });
}

function judge(where: string, what: string, encrypted: boolean | undefined): ComplianceRow {
  if (encrypted === undefined) return notAssessed(where, what, 'the NAS does not say whether it is encrypted');
  return encrypted
    ? { where, what, state: 'right', says: 'encrypted' }
    : { where, what, state: 'look', says: 'not encrypted' };
}
