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
      .map(({ name: what, encrypted }) => ({
        where: `nas/${name}`,
        what,
        state: encrypted ? 'right' : 'look',
        says: encrypted ? 'encrypted' : 'not encrypted',
      }));
  });
}
