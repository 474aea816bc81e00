import type { CheckId, Finding, Severity } from '../model/finding.ts';
import type { Memory } from '../model/memory.ts';
import type { CheckOutcome, PoolUsage, SectionOutcome, Summary, Usage } from '../model/scan-result.ts';
import { groupBy } from '../util/groups.ts';
import { describeNotAssessed } from './not-assessed.ts';

export interface SummaryInput {
  readonly findings: readonly Finding[];
  readonly outcomes: readonly CheckOutcome[];
  readonly sections: readonly SectionOutcome[];
  readonly usage: Pick<Usage, 'pools'>;
  readonly memory: Pick<Memory, 'state'>;
  /** Checks whose findings give space back. */
  readonly frees: (check: CheckId) => boolean;
  /** The heading of a check. */
  readonly titleOf: (check: CheckId) => string;
  /** What `new` and `resolved` are counted from. Default: the last scan. */
  readonly since?: string;
  /** What is missing from the picture besides what checks and lists say. */
  readonly missing?: Summary['notAssessed'];
}

/** Counts and the verdict. Ignored and resolved findings are counted apart, never among the open ones. */
export function summarise(input: SummaryInput): Summary {
  const { findings, outcomes, sections, usage, memory, frees, titleOf, missing = [] } = input;
  const present = findings.filter((finding) => finding.change !== 'resolved');
  const ignored = present.filter((finding) => finding.ignoredBy !== undefined);
  const open = present.filter((finding) => finding.ignoredBy === undefined);
  const confirmed = open.filter((finding) => finding.confirmation === 'confirmed');
  const notAssessed = [...missing, ...describeNotAssessed(outcomes, sections)];
  const resolved = findings.length - present.length;
  const confirmedReclaimableBytes = bytesOf(confirmed);
  const reclaimableBytes = bytesOf(open);
  const status = statusOf(open, notAssessed.length, usage.pools);
  return {
    status,
    sentence: sentenceOf({
      open,
      confirmed,
      resolved,
      notAssessed: notAssessed.length,
      pools: usage.pools,
      memory,
      titleOf,
      since: input.since ?? 'Since the last scan',
    }),
    findings: open.length,
    confirmed: confirmed.length,
    unconfirmed: open.length - confirmed.length,
    new: open.filter((finding) => finding.change === 'new').length,
    resolved,
    ignored: ignored.length,
    ignoredBytes: bytesOf(ignored),
    bySeverity: countBySeverity(open),
    byCheck: Object.fromEntries(
      [...groupBy(open, ({ check }) => check)].map(([check, members]) => [check, sumOf(members, frees(check))]),
    ),
    reclaimableBytes,
    confirmedReclaimableBytes,
    unconfirmedReclaimableBytes: reclaimableBytes - confirmedReclaimableBytes,
    notAssessed,
  };
}

function bytesOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { bytes }) => sum + (bytes.reclaimable ?? 0), 0);
}

function sumOf(members: readonly Finding[], frees: boolean): NonNullable<Summary['byCheck'][CheckId]> {
  const confirmed = members.filter((finding) => finding.confirmation === 'confirmed');
  return {
    count: members.length,
    confirmed: confirmed.length,
    reclaimableBytes: bytesOf(members),
    confirmedReclaimableBytes: bytesOf(confirmed),
    unknownBytes: frees ? members.filter(({ bytes }) => bytes.reclaimable === undefined).length : 0,
  };
}

function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

const almostFull = 0.9;

/** ACT: something is broken or about to break. OK is never said while anything was not assessed. */
function statusOf(open: readonly Finding[], notAssessed: number, pools: readonly PoolUsage[]): Summary['status'] {
  const isBroken = open.some(
    ({ severity, confirmation }) => severity === 'CRITICAL' || (severity === 'HIGH' && confirmation === 'confirmed'),
  );
  if (isBroken || pools.some((pool) => !pool.healthy || isAlmostFull(pool))) return 'ACT';
  return notAssessed > 0 || open.some(({ severity }) => severity !== 'LOW') ? 'ATTENTION' : 'OK';
}

function isAlmostFull({ usedBytes, usableBytes }: PoolUsage): boolean {
  return usedBytes !== undefined && usableBytes !== undefined && usedBytes > almostFull * usableBytes;
}

interface Story {
  readonly open: readonly Finding[];
  readonly confirmed: readonly Finding[];
  readonly resolved: number;
  readonly notAssessed: number;
  readonly pools: readonly PoolUsage[];
  readonly memory: Pick<Memory, 'state'>;
  readonly titleOf: (check: CheckId) => string;
  readonly since: string;
}

/** Two or three short sentences: what is missing from the picture, what is worst, what changed. */
function sentenceOf({ open, confirmed, resolved, notAssessed, pools, memory, titleOf, since }: Story): string {
  const parts: string[] = [];
  if (notAssessed > 0) parts.push('Not everything could be assessed, so this picture is not complete.');
  const sick = pools.filter((pool) => !pool.healthy || isAlmostFull(pool));
  if (sick.length > 0) {
    parts.push(
      `${sick.map(({ nas, pool }) => `Pool ${pool} on ${nas}`).join(', ')} ${sick.length === 1 ? 'needs' : 'need'} attention first.`,
    );
  }
  const worst = open[0];
  if (worst === undefined) parts.push('Nothing was found.');
  else {
    parts.push(`Worst: ${whose(worst)}: ${titleOf(worst.check)}.`);
  }
  if (memory.state === 'ready') {
    const fresh = open.filter(({ change }) => change === 'new').length;
    parts.push(`${since} ${fresh} new, ${resolved} resolved; ${confirmed.length} of ${open.length} confirmed.`);
  } else if (open.length > 0) {
    parts.push('There is no earlier scan to compare with, so nothing is confirmed yet.');
  }
  return parts.join(' ');
}

/** The claim's name says more to a reader than a UUID. */
function whose({ owner, resource }: Finding): string {
  const place = resource.cluster ?? resource.nas ?? '';
  if (owner.claim !== undefined) return `claim ${owner.namespace ?? ''}/${owner.claim} of ${place}`;
  return `${resource.kind} ${resource.namespace === undefined ? '' : `${resource.namespace}/`}${resource.name} of ${place}`;
}
