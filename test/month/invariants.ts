import { truthKey } from '../../fixtures/builder/truth.ts';
import { outboxId } from '../../src/deliver/outbox/outbox.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import type { Estate, TruthFinding } from '../../src/simulate/estate.ts';
import type { Attempt } from './attempt.ts';
import type { Bench } from './bench.ts';
import { recipient } from './bench.ts';
import { sumOf } from './pushgateway.ts';

export const invariants = [
  'no false verdict',
  'no missed leak',
  'no lost scan',
  'no double mail',
  'metrics true',
  'memory flat',
] as const;
export type Invariant = (typeof invariants)[number];

/** Everything known of an attempt that its judges need. */
export interface Witness {
  readonly night: number;
  readonly attempt: Attempt;
  readonly estate: Estate;
  /** Keys of what was true in a night before this one. */
  readonly trueBefore: ReadonlySet<string>;
  /** Scans that history holds, by id. */
  readonly stored: readonly string[];
  /** Message-IDs of the mails that came in during the attempt. */
  readonly mails: readonly string[];
  readonly bench: Bench;
  readonly lastSuccessBefore: number;
}

/** Collects broken invariants and counts how often each was looked at. */
export class Ledger {
  readonly checked = new Map<Invariant, number>(invariants.map((name) => [name, 0]));
  readonly violations: { readonly invariant: Invariant; readonly night: number; readonly what: string }[] = [];

  expect(invariant: Invariant, night: number, isTrue: boolean, what: () => string): void {
    this.checked.set(invariant, (this.checked.get(invariant) ?? 0) + 1);
    if (!isTrue) this.violations.push({ invariant, night, what: what() });
  }
}

export function judgeAttempt(ledger: Ledger, witness: Witness): void {
  judgeVerdicts(ledger, witness);
  judgeHistory(ledger, witness);
  judgeMails(ledger, witness);
  judgeMetrics(ledger, witness);
}

/** Nothing is told that is not so; and a run that says it is complete tells everything, with its bytes. */
function judgeVerdicts(ledger: Ledger, { attempt: { result, code }, estate, night, trueBefore }: Witness): void {
  if (result === undefined) return;
  const truth = new Map(estate.truth.findings.map((finding) => [truthKey(finding), finding]));
  const told = result.findings.map((finding) => ({ ...finding, key: keyOf(finding) }));
  for (const finding of told) {
    const { key } = finding;
    const isTrue = truth.has(key);
    const isGone = finding.change === 'resolved';
    ledger.expect('no false verdict', night, isTrue !== isGone, () => `${isGone ? 'resolved' : 'told'}: ${key}`);
    const isConfirmed = finding.confirmation === 'confirmed' && !isGone;
    ledger.expect('no false verdict', night, !isConfirmed || trueBefore.has(key), () => `confirmed at once: ${key}`);
  }
  ledger.expect('no false verdict', night, result.scan.complete || result.summary.status !== 'OK', () => 'OK, unread');
  ledger.expect('no false verdict', night, result.scan.complete || code !== 0, () => 'exit 0, unread');
  if (!result.scan.complete) return;
  const open = new Map(told.filter(({ change }) => change !== 'resolved').map((finding) => [finding.key, finding]));
  for (const [key, expected] of truth) {
    const finding = open.get(key);
    ledger.expect('no missed leak', night, finding !== undefined, () => `missed: ${key}`);
    if (finding === undefined) continue;
    const isExact =
      finding.severity === expected.severity &&
      finding.confidence === expected.confidence &&
      finding.bytes.reclaimable === expected.reclaimableBytes;
    ledger.expect('no false verdict', night, isExact, () => `not exact: ${key}`);
  }
}

function keyOf({ check, resource: { source, kind, namespace, name } }: Finding): string {
  return truthKey({ check, source, kind, name, ...(namespace !== undefined && { namespace }) });
}

/** A run that ended well, or with a result that was delivered, is remembered. */
function judgeHistory(ledger: Ledger, { attempt: { code, result }, night, stored }: Witness): void {
  if (code === undefined || ![0, 3, 5, 10].includes(code)) return;
  ledger.expect('no lost scan', night, result !== undefined, () => `exit ${code} without a result`);
  if (result === undefined) return;
  const count = stored.filter((id) => id === result.scan.id).length;
  ledger.expect('no lost scan', night, count === 1, () => `exit ${code}, and history holds the scan ${count} times`);
}

function judgeMails(ledger: Ledger, { attempt, night, mails, bench }: Witness): void {
  const ids = (['complete', 'partial'] as const).map((completeness) =>
    outboxId({ deployment: bench.deployment, kind: 'scan', of: attempt.runId, completeness, recipient }),
  );
  for (const id of mails) {
    const count = bench.mailIds.filter((other) => other === id).length;
    ledger.expect('no double mail', night, count === 1, () => `mail ${id} came ${count} times`);
    ledger.expect('no double mail', night, ids.includes(id), () => `mail ${id} is of another run`);
  }
  ledger.expect('no double mail', night, mails.length <= 1, () => `${mails.length} mails by one attempt`);
  const isDelivered = attempt.code === 0 || attempt.code === 10;
  const isThere = ids.some((id) => bench.mailIds.includes(id));
  ledger.expect('no double mail', night, !isDelivered || isThere, () => `exit ${attempt.code} and no mail`);
}

function judgeMetrics(ledger: Ledger, witness: Witness): void {
  const { attempt, night, bench, lastSuccessBefore } = witness;
  const { code, result } = attempt;
  if (code === undefined || result === undefined || bench.pushgateway.pushed.size === 0) return;
  const run = bench.pushgateway.groups.get(`strandline_run ${bench.deployment}`);
  const is = (name: string, value: number) => {
    const told = sumOf(run, name);
    ledger.expect('metrics true', night, told === value, () => `${name} is ${told}, not ${value}`);
  };
  is('strandline_last_run_exit_code', code);
  const endedAt = sumOf(run, 'strandline_last_run_timestamp_seconds');
  // SIGTERM may come before, between and after the groups: then each says what is true, or what it said before.
  const isStopped = code > 128;
  if (!isStopped) is('strandline_scan_complete', Number(result.scan.complete));
  const isSuccess = [0, 5, 10].includes(code) && result.scan.complete;
  const success = sumOf(run, 'strandline_last_success_timestamp_seconds');
  const mayBe = isStopped && result.scan.complete && success > lastSuccessBefore && success <= endedAt;
  if (!mayBe) is('strandline_last_success_timestamp_seconds', isSuccess ? endedAt : lastSuccessBefore);
  for (const { name, reached } of [
    ...result.scope.clusters.map(({ name, ...rest }) => ({ ...rest, name: `cluster/${name}` })),
    ...result.scope.nases.map(({ name, ...rest }) => ({ ...rest, name: `nas/${name}` })),
  ]) {
    const isPushed = bench.pushgateway.pushed.has(`strandline ${name}`);
    const isWanted = reached && result.history.state !== 'unreadable';
    const isRight = isStopped ? isWanted || !isPushed : isPushed === isWanted;
    ledger.expect('metrics true', night, isRight, () => `group ${name} pushed: ${isPushed}`);
    if (isPushed) judgeSource(ledger, witness, result, name);
  }
}

/** What a dashboard counts for a source is what is true there. */
function judgeSource(ledger: Ledger, { night, estate, bench }: Witness, result: ScanResult, source: string): void {
  const group = bench.pushgateway.groups.get(`strandline ${source}`);
  const here = estate.truth.findings.filter((finding: TruthFinding) => finding.source === source);
  for (const { id } of result.checks) {
    const isOpen = (labels: ReadonlyMap<string, string>) =>
      labels.get('check') === id && labels.get('change') !== 'resolved';
    const told = sumOf(group, 'strandline_findings', isOpen);
    const truth = here.filter(({ check }) => check === id).length;
    const isRight = result.scan.complete ? told === truth : told <= truth;
    ledger.expect('metrics true', night, isRight, () => `${source} ${id}: ${told} in metrics, ${truth} are true`);
  }
}
