import { CheckId } from '../model/finding.ts';
import type { Memory, RememberedFinding } from '../model/memory.ts';
import type { Duck, Record_ } from './duck.ts';
import type { Ledger } from './ledger.ts';
import { createView, type PartFiles } from './part-files.ts';
import type { CommittedScan } from './records.ts';
import type { TableName } from './tables.ts';

const needed = ['findings', 'checks', 'undecided', 'sources'] as const satisfies TableName[];

/** What a run needs to know of the runs before it. `runId`: the asking run, whose own earlier attempts do not count. */
export async function recall(duck: Duck, ledger: Ledger, files: PartFiles, runId: string | undefined): Promise<Memory> {
  const damaged = [...ledger.damaged];
  const lost = new Set<string>();
  for (const table of needed) {
    const taken = await files.take(ledger.parts.filter((part) => part.table === table));
    damaged.push(...taken.damaged);
    for (const scan of taken.lost) lost.add(scan);
    await createView(duck, table, taken.paths);
  }
  // A scan of which a part is lost can neither show nor deny a finding: it is left out as a whole.
  const scans = ledger.scans.filter((scan) => !lost.has(scan.id) && scan.runId !== runId);
  await duck.load('usable', { scan_id: 'VARCHAR', filters: 'VARCHAR' }, scans.map(toUsable));
  const previous = scans.at(-1);
  const isUnreadable = scans.length === 0 && damaged.length > 0;
  return {
    state: isUnreadable ? 'unreadable' : previous === undefined ? 'first' : 'ready',
    ...(isUnreadable && { because: 'every stored scan is damaged' }),
    scans: scans.length,
    ...(previous !== undefined && { previousScanAt: previous.startedAt }),
    identities: previous === undefined ? {} : await recallIdentities(duck),
    findings: previous === undefined ? [] : await recallFindings(duck),
    damagedParts: damaged,
  };
}

const toUsable = (scan: CommittedScan) => ({ scan_id: scan.id, filters: JSON.stringify(scan.filters) });

async function recallIdentities(duck: Duck): Promise<Record<string, string>> {
  const rows = await duck.query(`
    SELECT source, arg_max(identity, at_ms) AS identity
    FROM sources JOIN usable USING (scan_id)
    WHERE identity IS NOT NULL AND coalesce(identity_state, 'same') <> 'changed'
    GROUP BY source`);
  return Object.fromEntries(rows.map((row) => [String(row['source']), String(row['identity'])]));
}

/**
 * A sighting counts when the check was assessed for the finding's scope. A scan that was assessed, without the finding
 * among its results and without its resource among the undecided, is a miss; a narrowed scan (filters) only when it was
 * narrowed in the same way as the one that saw the finding last.
 */
const lifecycle = `
  WITH assessed AS (
    SELECT check_id, scope, scan_id, at_ms, filters
    FROM checks JOIN usable USING (scan_id)
    WHERE status IN ('passed', 'found')
  ), sightings AS (
    SELECT f.finding_id, f.check_id, f.scope, f.scan_id, f.run_id, f.at_ms, f.confirmation, f.kind, f.namespace, f.name,
           a.filters
    FROM findings f JOIN assessed a ON a.scan_id = f.scan_id AND a.check_id = f.check_id AND a.scope = f.scope
    WHERE f.change <> 'resolved'
  ), remembered AS (
    SELECT finding_id, min(at_ms) AS first_at, max(at_ms) AS last_at, count(DISTINCT run_id) AS runs,
           arg_max(check_id, at_ms) AS check_id, arg_max(scope, at_ms) AS scope, arg_max(scan_id, at_ms) AS last_scan,
           arg_max(confirmation, at_ms) AS confirmation, arg_max(filters, at_ms) AS filters,
           arg_max(kind, at_ms) AS kind, arg_max(namespace, at_ms) AS namespace, arg_max(name, at_ms) AS name
    FROM sightings GROUP BY finding_id
  ), misses AS (
    SELECT r.finding_id, a.at_ms
    FROM remembered r JOIN assessed a ON a.check_id = r.check_id AND a.scope = r.scope
    WHERE (a.filters = '[]' OR a.filters = r.filters)
      AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.finding_id = r.finding_id AND s.scan_id = a.scan_id)
      AND NOT EXISTS (
        SELECT 1 FROM undecided u
        WHERE u.scan_id = a.scan_id AND u.check_id = r.check_id AND u.scope = r.scope AND u.kind = r.kind
          AND (u.name = r.name OR u.name = r.namespace || '/' || r.name))
  ), gaps AS (
    SELECT r.finding_id, max(CASE WHEN m.at_ms < r.last_at THEN m.at_ms END) AS last_gap,
           min(CASE WHEN m.at_ms > r.last_at THEN m.at_ms END) AS resolved_at
    FROM remembered r LEFT JOIN misses m ON m.finding_id = r.finding_id
    GROUP BY r.finding_id
  ), stretch AS (
    SELECT s.finding_id, min(s.at_ms) AS open_since, count(DISTINCT s.run_id) AS runs_in_stretch
    FROM sightings s JOIN gaps g ON g.finding_id = s.finding_id
    WHERE g.last_gap IS NULL OR s.at_ms > g.last_gap
    GROUP BY s.finding_id
  )
  SELECT r.*, g.resolved_at, t.open_since, t.runs_in_stretch
  FROM remembered r JOIN gaps g ON g.finding_id = r.finding_id JOIN stretch t ON t.finding_id = r.finding_id
  ORDER BY r.finding_id`;

async function recallFindings(duck: Duck): Promise<RememberedFinding[]> {
  await duck.run(`CREATE OR REPLACE TABLE lifecycle AS ${lifecycle}`);
  const rows = await duck.query(`
    SELECT l.*, f.finding
    FROM lifecycle l JOIN findings f ON f.finding_id = l.finding_id AND f.scan_id = l.last_scan
    ORDER BY l.finding_id`);
  return rows.flatMap(toRemembered);
}

function toRemembered(row: Record_): RememberedFinding[] {
  const check = CheckId.safeParse(row['check_id']);
  if (!check.success) return []; // written by a release that knew another check
  const at = (column: string): string => new Date(Number(row[column])).toISOString();
  return [
    {
      id: String(row['finding_id']),
      check: check.data,
      scope: String(row['scope']),
      firstSeenAt: at('first_at'),
      lastSeenAt: at('last_at'),
      runsSeen: Number(row['runs']),
      isConfirmed: row['confirmation'] === 'confirmed',
      ...(row['resolved_at'] !== null && { resolvedAt: at('resolved_at') }),
      openSince: at('open_since'),
      runsInStretch: Number(row['runs_in_stretch']),
      finding: JSON.parse(String(row['finding'])),
    },
  ];
}
