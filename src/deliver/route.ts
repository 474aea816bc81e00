import type { Severity } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { leaveTrace } from '../util/trail.ts';
import type { DeliverDeps } from './deps.ts';
import { isDue, isEscalationDue, notAssessedDigest, type When } from './due.ts';
import type { MailFacts } from './email/build.ts';
import { deliverItem } from './outbox/deliver-item.ts';
import { outboxId } from './outbox/outbox.ts';
import { type OutboxEntry, type OutboxItem, stateOf } from './outbox/records.ts';
import type { Outcome } from './outcome.ts';
import { type Audience, buildPart, type Part } from './part.ts';

/** One recipient or webhook: whom it tells what, and how to send. */
export interface Route {
  readonly recipient: string;
  readonly kind: 'mail' | 'webhook';
  readonly audience: Audience;
  readonly when: When;
  readonly minSeverity: Severity;
  readonly compose: (part: Part, facts: MailFacts, key: string) => Promise<Uint8Array>;
  readonly send: (message: Uint8Array) => Promise<Outcome>;
}

const maxAgeMs = { scan: 3 * 86_400_000, webhook: 86_400_000, report: 14 * 86_400_000 } as const;

/** Sends what earlier runs could not, then what this run has to say. Returns what failed, in words. */
export async function deliverRoute(
  route: Route,
  result: ScanResult,
  items: readonly OutboxItem[],
  remarks: readonly string[],
  deps: DeliverDeps,
): Promise<readonly string[]> {
  const mine = items.filter(({ entry }) => entry.recipient === route.recipient);
  const entry = toEntry(route, result, deps);
  const facts = { prefix: prefixOf(entry, mine) };
  const isNew = isToBeSent(route, result, entry, mine, deps, facts.prefix !== undefined);
  const failures: string[] = [];
  const replaced: string[] = [];
  for (const item of mine.filter((one) => stateOf(one) === 'open' && one.id !== outboxId(entry))) {
    if (deps.signal.aborted) return [...failures, stopped(route)];
    if (isNew && isSuperseded(item.entry, entry)) replaced.push(...(await supersede(item, entry, deps)));
    else failures.push(...(await attempt(route, item, result, deps)));
  }
  const again = mine.find((one) => one.id === outboxId(entry) && stateOf(one) === 'open');
  if (again !== undefined) return [...failures, ...(await attempt(route, again, result, deps))];
  if (!isNew) return failures;
  const part = buildPart(result, route.audience, deps.now());
  const message = await route.compose(part, { ...facts, remarks: [...remarks, ...replaced] }, outboxId(entry));
  if (deps.signal.aborted) return [...failures, stopped(route)];
  if (deps.outbox === undefined) return [...failures, ...settle(route, await route.send(message))];
  if (!(await deps.outbox.add(entry, message))) return failures;
  return [...failures, ...(await attempt(route, { id: outboxId(entry), entry, steps: [] }, result, deps))];
}

/** After SIGTERM nothing new goes out: the next attempt of the Job has the same to say. */
function stopped({ recipient }: Route): string {
  return `Delivery to ${recipient} was not begun: the run was stopped`;
}

function toEntry(route: Route, { scan, ...result }: ScanResult, { now, report }: DeliverDeps): OutboxEntry {
  const kind = route.kind === 'webhook' ? 'webhook' : report === undefined ? 'scan' : 'report';
  return {
    formatVersion: 1,
    deployment: scan.deployment,
    kind,
    of: report === undefined ? scan.runId : `${report.from}/${report.to}`,
    completeness: scan.complete ? 'complete' : 'partial',
    recipient: route.recipient,
    createdAt: now().toISOString(),
    expiresAt: new Date(now().getTime() + maxAgeMs[kind]).toISOString(),
    notAssessed: notAssessedDigest({ scan, ...result }),
    open: buildPart({ scan, ...result }, route.audience, now()).findings.length,
  };
}

/** A complete attempt of a run whose partial result went out before is its correction, and goes out whatever `when` says. */
function prefixOf(entry: OutboxEntry, mine: readonly OutboxItem[]): string | undefined {
  const isCorrection =
    entry.completeness === 'complete' &&
    mine.some((item) => isSameRun(item.entry, entry) && item.entry.completeness === 'partial' && wasSent(item));
  return isCorrection ? 'Correction' : undefined;
}

function isToBeSent(
  route: Route,
  result: ScanResult,
  entry: OutboxEntry,
  mine: readonly OutboxItem[],
  deps: DeliverDeps,
  isCorrection: boolean,
): boolean {
  const known = mine.filter((item) => isSameRun(item.entry, entry));
  if (known.some((item) => item.id === outboxId(entry))) return false;
  // The complete result went out already: a later attempt that saw less has nothing to add.
  if (known.some((item) => item.entry.completeness === 'complete')) return false;
  // `when` speaks of scans: a report was asked for.
  if (deps.report !== undefined) return true;
  if (route.when === 'never') return false;
  if (isCorrection) return true;
  const before = mine.findLast((item) => item.entry.kind === entry.kind && wasSent(item))?.entry;
  const part = buildPart(result, route.audience, deps.now());
  const { escalateAfterDays } = route.audience;
  if (escalateAfterDays !== undefined && route.when === 'change')
    return isEscalationDue(part, escalateAfterDays, before?.createdAt);
  return isDue(route.when, part, result, { minSeverity: route.minSeverity, before });
}

function isSameRun(a: OutboxEntry, b: OutboxEntry): boolean {
  return a.kind === b.kind && a.of === b.of;
}

function wasSent({ steps }: OutboxItem): boolean {
  return steps.at(-1)?.state === 'sent';
}

/** Yesterday's nightly mail says nothing that today's does not say better. Reports of a period each stand for themselves. */
function isSuperseded(old: OutboxEntry, current: OutboxEntry): boolean {
  return current.kind !== 'report' && old.kind === current.kind;
}

async function supersede(item: OutboxItem, by: OutboxEntry, { outbox, now }: DeliverDeps): Promise<string[]> {
  await outbox?.step(item, { state: 'superseded', at: now().toISOString(), by: by.of });
  const { of, createdAt } = item.entry;
  return [`The message of ${of} (${createdAt.slice(0, 16)}Z) could not be delivered and is replaced by this one.`];
}

async function attempt(
  route: Route,
  item: OutboxItem,
  result: ScanResult,
  { outbox, now }: DeliverDeps,
): Promise<readonly string[]> {
  if (outbox === undefined) return [];
  const outcome = await deliverItem(outbox, item, { now, by: result.scan.id, send: route.send });
  return outcome === undefined ? [] : settle(route, outcome);
}

function settle({ recipient }: Route, outcome: Outcome): readonly string[] {
  leaveTrace({ kind: 'delivery', sink: recipient, outcome: outcome.state });
  return outcome.state === 'sent' ? [] : [`Delivery to ${recipient} ${outcome.state}: ${outcome.because}`];
}
