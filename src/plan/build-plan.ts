import type { Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { actionOf, snapshotMethod } from './action-of.ts';
import type { CleanupPlan, LeftOut, PlanAction, PlanStep } from './cleanup-plan.ts';
import { type Dependencies, findDependencies } from './dependencies.ts';
import { cleanupChecks, reasonsAgainst } from './eligible.ts';
import { guardsOf } from './guards-of.ts';
import { notesOf } from './notes-of.ts';
import { orderFindings } from './order-findings.ts';

/** What may be cleaned up, in an order that works, and what may not, with reasons. */
export function buildPlan(result: ScanResult): CleanupPlan {
  const candidates = result.findings.filter(({ check, change }) => cleanupChecks.has(check) && change !== 'resolved');
  const leftOut = new Map<string, LeftOut>();
  const wanted = new Map<string, Finding>();
  for (const finding of candidates) {
    const action = actionOf(finding, result);
    const against = [...reasonsAgainst(finding, result), ...(typeof action === 'string' ? [action] : [])];
    if (against.length === 0) wanted.set(finding.id, finding);
    else leftOut.set(finding.id, toLeftOut(finding, against));
  }
  const dependencies = settle(wanted, leftOut, result);
  const { ordered, circular } = orderFindings(wanted, dependencies);
  for (const finding of circular)
    leftOut.set(finding.id, toLeftOut(finding, ['what blocks it goes round in a circle']));
  const steps = ordered.flatMap((finding) => stepsOf(finding, dependencies.get(finding.id), result));
  return {
    scanId: result.scan.id,
    scannedAt: result.scan.startedAt,
    steps,
    leftOut: candidates.flatMap(({ id }) => leftOut.get(id) ?? []),
    expectedBytes: steps.reduce((sum, step) => sum + (step.expectedBytes ?? 0), 0),
    unknownBytes: steps.filter((step) => frees(step.action) && step.expectedBytes === undefined).length,
  };
}

/** Leaving one out may take away what another one waits for: repeated until nothing changes. */
function settle(wanted: Map<string, Finding>, leftOut: Map<string, LeftOut>, result: ScanResult) {
  for (;;) {
    const dependencies = findDependencies(wanted, result.findings);
    const dropped = [...wanted.values()].filter(({ id }) => {
      const holds = dependencies.get(id)?.holds ?? [];
      return (
        (dependencies.get(id)?.against.length ?? 0) > 0 || (holds.length > 0 && !canRelease(wanted.get(id), result))
      );
    });
    if (dropped.length === 0) return dependencies;
    for (const finding of dropped) {
      const against = dependencies.get(finding.id)?.against ?? [];
      leftOut.set(
        finding.id,
        toLeftOut(finding, against.length > 0 ? against : ['the release of its NAS is not known']),
      );
      wanted.delete(finding.id);
    }
  }
}

function canRelease(finding: Finding | undefined, result: ScanResult): boolean {
  const nas = finding?.resource.nas;
  return nas !== undefined && snapshotMethod(nas, 'release', result) !== undefined;
}

function stepsOf(finding: Finding, dependencies: Dependencies | undefined, result: ScanResult): PlanStep[] {
  const action = actionOf(finding, result);
  if (typeof action === 'string') return [];
  const { nas } = finding.resource;
  const before: PlanAction[] = [];
  const release = nas === undefined ? undefined : snapshotMethod(nas, 'release', result);
  for (const target of dependencies?.holds ?? []) {
    if (nas !== undefined && release !== undefined) before.push({ kind: 'releaseHolds', nas, target, method: release });
  }
  if (nas !== undefined && dependencies?.promote !== undefined) {
    before.push({ kind: 'promoteDataset', nas, target: dependencies.promote });
  }
  const reclaimable = finding.bytes.reclaimable;
  return [...before, action].map((each) => ({
    findingId: finding.id,
    check: finding.check,
    resource: finding.resource,
    why: finding.why,
    ...(each === action && frees(each) && reclaimable !== undefined && { expectedBytes: reclaimable }),
    notes: notesOf(finding, each),
    guards: guardsOf(finding, each, result),
    action: each,
  }));
}

function frees({ kind }: PlanAction): boolean {
  return kind === 'deleteDataset' || kind === 'deleteSnapshot';
}

function toLeftOut({ id, check, resource }: Finding, because: readonly string[]): LeftOut {
  return { findingId: id, check, resource, because: [...new Set(because)] };
}
