import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toFinding } from '../../src/findings/lifecycle.ts';
import { summarise } from '../../src/findings/summary.ts';
import { checkIds, type Finding, severities } from '../../src/model/finding.ts';
import type { CheckOutcome, SectionOutcome } from '../../src/model/scan-result.ts';
import { makeDraft } from '../support/make-draft.ts';

const outcome: CheckOutcome = { id: 'claim-lost', scope: 'cluster/prod', status: 'passed', count: 0, undecided: [] };
const section: SectionOutcome = { source: 'cluster/prod', name: 'events', ok: true, count: 0, takenAt: '' };

const life = { remembered: new Map(), confirmAfterMs: 0, now: new Date('2026-11-23T02:00:00Z') };

function makeFinding(parts: Partial<Finding>): Finding {
  return { ...toFinding('1', makeDraft(), 'LOW', life), ...parts };
}

function summary(
  findings: readonly Finding[],
  outcomes: readonly CheckOutcome[] = [],
  sections: readonly SectionOutcome[] = [],
) {
  return summarise({
    findings,
    outcomes: [outcome, ...outcomes],
    sections: [section, ...sections],
    usage: { pools: [] },
    memory: { state: 'ready' },
    titleOf: (check) => check,
    frees: () => true,
  });
}

describe('[U] findings/summary', () => {
  it('says OK when everything was read and assessed and nothing was found', () => {
    assert.equal(summary([]).status, 'OK');
  });

  const gaps: readonly (readonly [string, CheckOutcome[], SectionOutcome[]])[] = [
    ['a check was not assessed', [{ ...outcome, status: 'notAssessed', because: 'claims: no answer' }], []],
    ['a check failed', [{ ...outcome, status: 'errored', because: 'the check failed' }], []],
    [
      'a resource was left undecided',
      [{ ...outcome, undecided: [{ kind: 'Dataset', name: 'a', because: 'locked' }] }],
      [],
    ],
    ['a list failed that no check needs', [], [{ ...section, ok: false, error: { code: 'timeout', message: 'late' } }]],
  ];
  for (const [what, outcomes, sections] of gaps) {
    it(`never says OK when ${what}, and names it`, () => {
      const { status, notAssessed } = summary([], outcomes, sections);

      assert.notEqual(status, 'OK');
      assert.equal(notAssessed.length, 1);
    });
  }

  it('never says OK while anything is missing, and its counts add up, whatever was found', () => {
    const finding = fc.record({
      check: fc.constantFrom(...checkIds),
      severity: fc.constantFrom(...severities),
      confirmation: fc.constantFrom('confirmed' as const, 'unconfirmed' as const),
      change: fc.constantFrom('new' as const, 'open' as const, 'cameBack' as const, 'resolved' as const),
      isIgnored: fc.boolean(),
      reclaimable: fc.option(fc.nat(), { nil: undefined }),
    });
    const statuses = fc.array(fc.constantFrom('passed' as const, 'notAssessed' as const, 'errored' as const));
    fc.assert(
      fc.property(fc.array(finding), statuses, (made, states) => {
        const findings = made.map(({ isIgnored, reclaimable, ...rest }) => ({
          ...makeFinding(rest),
          bytes: reclaimable === undefined ? {} : { reclaimable },
          ...(isIgnored && { ignoredBy: { rule: 'r', reason: 'lab' } }),
        }));
        const outcomes = states.map((status): CheckOutcome => ({ ...outcome, status, because: status }));
        const result = summary(findings, outcomes);
        const gaps = states.some((status) => status !== 'passed');
        assert.ok(!gaps || result.status !== 'OK');
        assert.equal(result.notAssessed.length > 0, gaps);
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
        assert.equal(sum(Object.values(result.bySeverity)), result.findings);
        assert.equal(sum(Object.values(result.byCheck).map(({ count }) => count)), result.findings);
        assert.equal(result.confirmed + result.unconfirmed, result.findings);
        assert.equal(result.findings + result.ignored + result.resolved, findings.length);
        assert.equal(result.confirmedReclaimableBytes + result.unconfirmedReclaimableBytes, result.reclaimableBytes);
      }),
    );
  });

  it('does not count what is ignored or resolved', () => {
    const ignored = { ...makeFinding({ severity: 'CRITICAL' }), ignoredBy: { rule: 'r', reason: 'lab' } };
    const resolved = makeFinding({ severity: 'CRITICAL', change: 'resolved' });

    const { status, findings, ignored: count, resolved: gone } = summary([ignored, resolved]);

    assert.deepEqual([status, findings, count, gone], ['OK', 0, 1, 1]);
  });

  it('says ACT for something grave that is confirmed', () => {
    assert.equal(summary([makeFinding({ severity: 'HIGH', confirmation: 'confirmed' })]).status, 'ACT');
    assert.equal(summary([makeFinding({ severity: 'HIGH', confirmation: 'unconfirmed' })]).status, 'ATTENTION');
  });
});
