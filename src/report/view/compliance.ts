import type { Inventory } from '../../model/inventory.ts';
import type { ScanResult } from '../../model/scan-result.ts';

/** One statement about one thing: what is so, and whether somebody should look at it. */
export interface ComplianceRow {
  readonly where: string;
  readonly what: string;
  readonly state: 'right' | 'look' | 'not assessed';
  readonly says: string;
}

export interface ComplianceReport {
  readonly schemaVersion: 1;
  readonly scanId: string;
  readonly takenAt: string;
  readonly chapters: readonly { readonly title: string; readonly rows: readonly ComplianceRow[] }[];
}

/** What an auditor asks for. A list that was not read is said to be not assessed, never to be right. Pure. */
export function buildCompliance(inventory: Inventory, result: ScanResult): ComplianceReport {
  return {
    schemaVersion: 1,
    scanId: result.scan.id,
    takenAt: result.scan.finishedAt,
    chapters: [
      { title: 'Encryption of volumes at rest', rows: encryption(inventory, result) },
      { title: 'Access to shares', rows: inventory.nases.flatMap(shares) },
      { title: 'Retention of snapshots', rows: retention(result) },
      { title: 'Rights and credentials in use', rows: rights(result) },
      { title: 'Encryption in transit', rows: transit(result) },
    ],
  };
}

function encryption({ nases }: Inventory, { usage }: ScanResult): readonly ComplianceRow[] {
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

function shares({ name, sections: { nfsShares } }: Inventory['nases'][number]): readonly ComplianceRow[] {
  const where = `nas/${name}`;
  if (!nfsShares.ok) return [notAssessed(where, 'NFS shares', nfsShares.error.message)];
  return nfsShares.items
    .filter(({ enabled }) => enabled)
    .map(({ paths, networks, hosts, maprootUser, mapallUser }) => {
      const clients = [...networks, ...hosts];
      const isRoot = maprootUser === 'root' || mapallUser === 'root';
      const who = clients.length === 0 ? 'any client' : clients.join(', ');
      const root = isRoot ? 'root stays root' : `root becomes ${maprootUser ?? mapallUser ?? 'nobody'}`;
      return { where, what: paths.join(', '), state: clients.length === 0 ? 'look' : 'right', says: `${who}; ${root}` };
    });
}

function retention({ checks, findings }: ScanResult): readonly ComplianceRow[] {
  const outcomes = checks.filter(({ id }) => id === 'snapshot-expired');
  return outcomes.flatMap(({ scope, status, because, count }): readonly ComplianceRow[] => {
    if (status === 'notAssessed' || status === 'errored') return [notAssessed(scope, 'snapshots', because ?? status)];
    if (count === 0)
      return [{ where: scope, what: 'snapshots', state: 'right', says: 'none older than its retention' }];
    return findings
      .filter(({ check }) => check === 'snapshot-expired')
      .filter(({ resource }) => scope.includes(resource.cluster ?? resource.nas ?? resource.source))
      .map(({ resource, why }) => ({ where: scope, what: resource.name, state: 'look', says: why }));
  });
}

function rights({ validation }: ScanResult): readonly ComplianceRow[] {
  return validation.results
    .filter(({ component }) => component === 'permissions')
    .flatMap(({ scope, title, status, because, problems }): readonly ComplianceRow[] => {
      if (status === 'notAssessed' || status === 'errored') return [notAssessed(scope, title, because ?? status)];
      if (problems.length === 0) return [{ where: scope, what: title, state: 'right', says: 'so it is' }];
      return problems.map(({ resource, why }) => ({
        where: scope,
        what: `${resource.kind} ${resource.name}`,
        state: 'look',
        says: why,
      }));
    });
}

function transit({ notes }: ScanResult): readonly ComplianceRow[] {
  const weak = notes.filter(({ kind }) => kind === 'weakTls');
  if (weak.length > 0) return weak.map(({ text }) => ({ where: 'config', what: 'TLS', state: 'look', says: text }));
  return [
    {
      where: 'config',
      what: 'TLS',
      state: 'right',
      says: 'config lowers it nowhere: 1.3 and a verified certificate are asked of every https connection',
    },
  ];
}

function notAssessed(where: string, what: string, because: string): ComplianceRow {
  return { where, what, state: 'not assessed', says: because };
}
