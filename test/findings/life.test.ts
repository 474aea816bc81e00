import assert from 'node:assert/strict';
import { concludeFindings } from '../../src/findings/conclude.ts';
import { findingId } from '../../src/findings/lifecycle.ts';
import type { Finding, FindingDraft } from '../../src/model/finding.ts';
import type { Memory, RememberedFinding } from '../../src/model/memory.ts';
import type { CheckOutcome } from '../../src/model/scan-result.ts';
import { judgeOptions, makeDraft, noMemory } from '../support/make-draft.ts';

const now = new Date('2026-11-23T02:00:00Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();

function conclude(
  drafts: readonly FindingDraft[],
  known: readonly RememberedFinding[] = [],
  outcomes: readonly CheckOutcome[] = [outcome('found')],
): Finding[] {
  const memory: Memory = { ...noMemory, state: 'ready', scans: 1, findings: known };
  return concludeFindings({
    marks: [],
    drafts,
    outcomes,
    memory,
    options: judgeOptions(),
    severityOf: () => 'HIGH',
    now,
  }).findings;
}

function outcome(status: CheckOutcome['status'], undecided: CheckOutcome['undecided'] = []): CheckOutcome {
  const { check, scope } = makeDraft();
  return { id: check, scope, status, count: 0, undecided };
}

function remember(draft: FindingDraft, parts: Partial<RememberedFinding> = {}): RememberedFinding {
  const [finding] = conclude([draft]);
  return {
    id: findingId(draft),
    check: draft.check,
    scope: draft.scope,
    firstSeenAt: hoursAgo(30),
    lastSeenAt: hoursAgo(24),
    runsSeen: 1,
    isConfirmed: false,
    finding: JSON.parse(JSON.stringify(finding)),
    ...parts,
  };
}

const draft = makeDraft();

describe('[U] findings/life over the scans', () => {
  it('calls a finding new and unconfirmed when no earlier run saw it', () => {
    const [finding] = conclude([draft]);

    assert.equal(finding?.change, 'new');
    assert.equal(finding?.confirmation, 'unconfirmed');
    assert.equal(finding?.age.scansSeen, 1);
  });

  it('confirms what another run saw at least confirmAfter ago', () => {
    const [finding] = conclude([draft], [remember(draft, { openSince: hoursAgo(20) })]);

    assert.equal(finding?.confirmation, 'confirmed');
    assert.equal(finding?.change, 'open');
    assert.equal(finding?.age.firstSeenAt, hoursAgo(30));
    assert.equal(finding?.age.scansSeen, 2);
  });

  it('does not confirm what was first seen a minute less than confirmAfter ago', () => {
    const [finding] = conclude([draft], [remember(draft, { openSince: hoursAgo(20 - 1 / 60) })]);

    assert.equal(finding?.confirmation, 'unconfirmed');
  });

  it('counts from the unbroken stretch, not from the first sighting ever', () => {
    const [finding] = conclude([draft], [remember(draft, { firstSeenAt: hoursAgo(900), openSince: hoursAgo(2) })]);

    assert.equal(finding?.confirmation, 'unconfirmed');
  });

  it('stays confirmed once it was, even when confirmAfter was raised since', () => {
    const [finding] = conclude([draft], [remember(draft, { isConfirmed: true, openSince: hoursAgo(1) })]);

    assert.equal(finding?.confirmation, 'confirmed');
  });

  it('starts anew, unconfirmed, when it comes back after it was resolved', () => {
    const [finding] = conclude([draft], [remember(draft, { isConfirmed: true, resolvedAt: hoursAgo(5) })]);

    assert.equal(finding?.change, 'cameBack');
    assert.equal(finding?.confirmation, 'unconfirmed');
  });

  it('resolves what an assessed check no longer finds, and shows it as last reported', () => {
    const [finding] = conclude([], [remember(draft)], [outcome('passed')]);

    assert.equal(finding?.change, 'resolved');
    assert.equal(finding?.resource.name, draft.resource.name);
  });

  for (const status of ['notAssessed', 'errored'] as const) {
    it(`neither resolves nor shows a finding whose check was ${status}`, () => {
      assert.deepEqual(conclude([], [remember(draft)], [outcome(status)]), []);
    });
  }

  it('neither resolves nor shows a finding whose scope is gone from this scan', () => {
    assert.deepEqual(conclude([], [remember(draft)], []), []);
  });

  it('neither resolves nor shows a finding on whose resource no verdict was possible', () => {
    const { kind, name } = draft.resource;

    assert.deepEqual(conclude([], [remember(draft)], [outcome('passed', [{ kind, name, because: 'locked' }])]), []);
  });

  it('is not frozen by a NAS that is dead: findings elsewhere are confirmed and resolved as ever', () => {
    const other = makeDraft({ scope: 'backend/prod/org.other@nas02', name: 'tank/other/vols/pvc-2', nas: 'nas02' });
    const gone = makeDraft({ scope: other.scope, name: 'tank/other/vols/pvc-3', nas: 'nas02' });
    const outcomes = [outcome('notAssessed'), { ...outcome('found'), scope: other.scope }];

    const findings = conclude(
      [other],
      [draft, other, gone].map((known) => remember(known)),
      outcomes,
    );

    assert.deepEqual(
      findings.map(({ resource, change, confirmation }) => [resource.name, change, confirmation]).sort(),
      [
        ['tank/other/vols/pvc-2', 'open', 'confirmed'],
        ['tank/other/vols/pvc-3', 'resolved', 'unconfirmed'],
      ],
    );
  });

  it('reports a resolved finding once only', () => {
    assert.deepEqual(conclude([], [remember(draft, { resolvedAt: hoursAgo(3) })], [outcome('passed')]), []);
  });

  it('keeps the id of a dataset when an upgraded NAS tells another identity for it', () => {
    const upgraded = { ...draft, resource: { ...draft.resource, uid: '1234567' } };

    assert.equal(findingId(upgraded), findingId(draft));
  });

  it('gives a Kubernetes object that was made again another id', () => {
    const resource = { ...draft.resource, source: 'cluster/prod', cluster: 'prod', kind: 'PersistentVolume' } as const;
    const before = { ...draft, resource: { ...resource, uid: 'a' } };

    assert.notEqual(findingId(before), findingId({ ...draft, resource: { ...resource, uid: 'b' } }));
  });

  it('gives two shares of one path an id each, the same ids in every scan', () => {
    const shares = ['4', '9'].map((uid) => ({ ...draft, resource: { ...draft.resource, kind: 'NfsShare', uid } }));
    const ids = conclude(shares).map(({ id }) => id);

    assert.equal(new Set(ids).size, 2);
    assert.deepEqual(
      conclude(shares).map(({ id }) => id),
      ids,
    );
  });

  it('never raises by config what is low for lack of proof', () => {
    const low = makeDraft({ confidence: 'low', severity: 'LOW' });
    const options = judgeOptions({ severities: { [low.check]: 'CRITICAL' } });
    const input = {
      marks: [],
      drafts: [low],
      outcomes: [],
      memory: noMemory,
      options,
      severityOf: () => 'HIGH' as const,
      now,
    };

    assert.equal(concludeFindings(input).findings[0]?.severity, 'LOW');
  });
});
