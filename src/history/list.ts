import { monthOf } from './layout.ts';
import type { Ledger } from './ledger.ts';
import type { CommittedScan } from './records.ts';

export interface HistoryListing {
  readonly place: string;
  readonly scans: readonly (CommittedScan & { readonly isCompacted: boolean })[];
  /** Newest month last; one row per table of a month. */
  readonly tables: readonly {
    readonly month: string;
    readonly table: string;
    readonly parts: number;
    readonly rows: number;
    readonly sizeBytes: number;
  }[];
  readonly damaged: Ledger['damaged'];
}

export function buildListing(place: string, ledger: Ledger): HistoryListing {
  const compacted = new Set(ledger.manifests.flatMap(({ scans }) => scans.map(({ id }) => id)));
  const monthOfScan = new Map(ledger.scans.map(({ id, startedAt }) => [id, monthOf(startedAt)]));
  const groups = Map.groupBy(ledger.parts, ({ table, scans }) => `${monthOfScan.get(scans[0] ?? '') ?? ''} ${table}`);
  return {
    place,
    scans: ledger.scans.map((scan) => ({ ...scan, isCompacted: compacted.has(scan.id) })),
    tables: [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, parts]) => ({
        month: name.slice(0, 7),
        table: name.slice(8),
        parts: parts.length,
        rows: parts.reduce((sum, { rows }) => sum + rows, 0),
        sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      })),
    damaged: ledger.damaged,
  };
}
