import type { Connection } from '../../../model/connection.ts';
import type { Inventory } from '../../../model/inventory.ts';
import type { ComplianceRow } from './row.ts';

/** Every connection that config names, and what a kubeconfig has weakened. */
export function listTransit({ clusters }: Inventory, connections: readonly Connection[]): readonly ComplianceRow[] {
  const ofKubeconfig = new Map(clusters.map(({ name, weakTls = [] }) => [`clusters ${name}`, weakTls]));
  return connections.flatMap(({ where, guard, weaknesses }): readonly ComplianceRow[] => {
    const weak = [...weaknesses, ...(ofKubeconfig.get(where) ?? [])];
    if (weak.length === 0) return [{ where: 'config', what: where, state: 'right', says: guard }];
    return weak.map((says) => ({ where: 'config', what: where, state: 'look', says }));
  });
}
