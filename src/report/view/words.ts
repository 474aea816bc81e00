import type { Finding, Severity } from '../../model/finding.ts';

/** CSS class, word and symbol (`templates/partials/symbols.hbs`): colour is never the only sign. */
export interface SeverityView {
  readonly key: 'low' | 'medium' | 'high' | 'critical';
  readonly word: string;
}

export const severityViews: Readonly<Record<Severity, SeverityView>> = {
  CRITICAL: { key: 'critical', word: 'Critical' },
  HIGH: { key: 'high', word: 'High' },
  MEDIUM: { key: 'medium', word: 'Medium' },
  LOW: { key: 'low', word: 'Low' },
};

export const severityRank: Readonly<Record<Severity, number>> = { CRITICAL: 3, HIGH: 2, MEDIUM: 1, LOW: 0 };

export const changeWords: Readonly<Record<Finding['change'], string>> = {
  new: 'new',
  open: 'still open',
  cameBack: 'came back',
  resolved: 'resolved',
};

export const blockerWords: Readonly<Record<Finding['blockers'][number]['kind'], string>> = {
  clone: 'Clone',
  child: 'Dataset below',
  hold: 'Hold',
  snapshot: 'Snapshot',
  session: 'Open session',
  share: 'Share',
  retain: 'Retain policy',
  attachment: 'Attachment',
  task: 'Task',
  pod: 'Pod',
  unread: 'Not read',
};

/** `backend/prod/org.democratic-csi.nfs@nas01` → `org.democratic-csi.nfs: prod on nas01`. */
export function formatScope(scope: string): string {
  const backend = /^backend\/([^/]+)\/(.+)@([^@]+)$/.exec(scope);
  if (backend) return `${backend[2]} (${backend[1]} on ${backend[3]})`;
  return scope.replace(/^cluster\//, 'cluster ').replace(/^nas\//, 'NAS ');
}

/** `volumeSnapshotContents` → `volume snapshot contents`. */
export function formatSectionName(name: string): string {
  const words = name.replaceAll(
    /([a-z])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.replaceAll(/\b(?:nfs|smb|iscsi|nvme)\b/g, (word) => protocolWords[word] ?? word);
}

const protocolWords: Readonly<Record<string, string>> = { nfs: 'NFS', smb: 'SMB', iscsi: 'iSCSI', nvme: 'NVMe' };

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
