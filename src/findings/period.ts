import { Finding } from '../model/finding.ts';
import type { Memory, RememberedFinding } from '../model/memory.ts';
import type { Period, ScanResult } from '../model/scan-result.ts';
import { daysOf, localDay, type Span } from '../util/local-days.ts';
import { describePeriod } from '../util/period-words.ts';
import { type SummaryInput, summarise } from './summary.ts';

export interface ScanOfPeriod {
  readonly runId: string;
  readonly startedAt: string;
  readonly complete: boolean;
}

/** How many of the nights of a span were scanned. Days before the very first scan are not expected. */
export function countScans(span: Span, scans: readonly ScanOfPeriod[], timeZone: string): Period {
  const first = scans[0];
  const begun = first !== undefined && first.startedAt > span.from && first.startedAt < span.to;
  const days = daysOf(begun ? { from: first.startedAt, to: span.to } : span, timeZone);
  // The attempts of one run are one scan; it counts as complete when the last of them is.
  const runs = new Map(scans.filter((scan) => isWithin(scan.startedAt, span)).map((scan) => [scan.runId, scan]));
  const scanned = new Set([...runs.values()].map(({ startedAt }) => localDay(startedAt, timeZone)));
  return {
    ...span,
    scans: runs.size,
    days: days.length,
    scannedDays: scanned.size,
    missingDays: days.filter((day) => !scanned.has(day)),
    incompleteScans: [...runs.values()].filter(({ complete }) => !complete).length,
  };
}

interface Review {
  /** Of the last scan of the period. */
  readonly result: ScanResult;
  readonly period: Period;
  readonly memory: Memory;
  readonly frees: SummaryInput['frees'];
  readonly titleOf: SummaryInput['titleOf'];
}

/** The result as a report of the period: what is new or resolved counts from its beginning, not from the scan before. */
export function reviewPeriod({ result, period, memory, frees, titleOf }: Review): ScanResult {
  const remembered = new Map(memory.findings.map((one) => [one.id, one]));
  const present = result.findings
    .filter(({ change }) => change !== 'resolved')
    .map((finding) => ({ ...finding, change: changeOf(finding, remembered.get(finding.id), period) }));
  const open = new Set(present.map(({ id }) => id));
  const findings = [...present, ...resolvedIn(period, memory, open)];
  const isStale = !isWithin(result.scan.startedAt, period);
  const summary = summarise({
    findings,
    outcomes: result.checks,
    sections: result.sections,
    usage: result.usage,
    memory: { state: result.history.state },
    frees,
    titleOf,
    ...(memory.state === 'ready' && { since: 'In this period' }),
    ...(isStale && { missing: [noScan(period, result)] }),
  });
  return { ...result, findings, summary, period };
}

function isWithin(at: string, { from, to }: Span): boolean {
  return Date.parse(at) >= Date.parse(from) && Date.parse(at) < Date.parse(to);
}

function changeOf(finding: Finding, known: RememberedFinding | undefined, period: Span): Finding['change'] {
  if (isWithin(finding.age.firstSeenAt, period)) return 'new';
  const since = known?.openSince ?? finding.age.firstSeenAt;
  return since !== finding.age.firstSeenAt && isWithin(since, period) ? 'cameBack' : 'open';
}

function resolvedIn(period: Span, memory: Memory, open: ReadonlySet<string>): readonly Finding[] {
  return memory.findings.flatMap(({ id, resolvedAt, finding }) => {
    if (resolvedAt === undefined || !isWithin(resolvedAt, period) || open.has(id)) return [];
    const stored = Finding.safeParse(finding);
    if (!stored.success) return [];
    const { ignoredBy: _, ...rest } = stored.data;
    return [{ ...rest, change: 'resolved' as const }];
  });
}

/** No scan in the whole period: what is shown is older or younger, and the report must not say OK. */
function noScan(period: Period, { scan }: ScanResult): ScanResult['summary']['notAssessed'][number] {
  const { dates } = describePeriod(period, scan.timeZone);
  return {
    what: `The period ${dates}`,
    because: `no scan was made in it; what is shown is from ${scan.startedAt.slice(0, 16).replace('T', ' ')} UTC.`,
    remedy: 'See why the scans did not run: `kubectl get jobs` and the log of the last one.',
    checks: [],
    scopes: [],
  };
}
