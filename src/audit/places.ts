/** Where the files of one run lie: `audit/<deployment>/<yyyy-mm>/<scan id>.<part>.jsonl`, in the order of time. */
export interface AuditFile {
  readonly key: string;
  readonly run: string;
  readonly part: number;
}

export function auditFolder(deployment: string): string {
  return `audit/${deployment}/`;
}

export function auditKey(deployment: string, run: { readonly id: string; readonly startedAt: string }, part: number) {
  return `${auditFolder(deployment)}${run.startedAt.slice(0, 7)}/${run.id}.${String(part).padStart(4, '0')}.jsonl`;
}

export function parseAuditKey(key: string): AuditFile | undefined {
  const match = /^audit\/[^/]+\/\d{4}-\d{2}\/([^/]+)\.(\d{4,})\.jsonl$/.exec(key);
  return match === null ? undefined : { key, run: match[1] ?? '', part: Number(match[2]) };
}
