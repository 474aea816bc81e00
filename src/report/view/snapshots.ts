import type { ViewContext } from './context.ts';
import { compareText } from './group-findings.ts';

/** Words for the origins that correlate/ tells apart; an origin not listed here is shown as it is. */
const originWords: Readonly<Record<string, string>> = {
  csi: 'CSI driver',
  temporary: 'Temporary, made by cloning',
  velero: 'Velero',
  volsync: 'VolSync',
  periodicTask: 'Periodic snapshot task',
  replication: 'Replication',
  sanoid: 'sanoid',
  zrepl: 'zrepl',
  pyznap: 'pyznap',
  system: 'TrueNAS itself',
  manual: 'Made by hand or unknown',
};

/** ZFS snapshots by who made them. Only those of a CSI driver or a backup tool can ever be findings. */
export function buildSnapshots({ result, formats }: ViewContext) {
  return result.usage.snapshotOrigins
    .toSorted((a, b) => compareText(a.nas, b.nas) || b.count - a.count)
    .map((row) => ({
      nas: row.nas,
      origin: originWord(row.origin),
      count: formats.number(row.count),
      used: formats.toAmount(row.usedBytes),
    }));
}

export function originWord(origin: string): string {
  return originWords[origin] ?? origin;
}
