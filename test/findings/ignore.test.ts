import assert from 'node:assert/strict';
import { openIgnoreBook } from '../../src/findings/ignore.ts';
import type { IgnoreRule } from '../../src/model/options.ts';
import { makeDraft } from '../support/make-draft.ts';

const now = new Date('2026-11-23T12:00:00Z');

function use(rules: readonly Partial<IgnoreRule>[], draft = makeDraft()) {
  const book = openIgnoreBook(
    rules.map((rule, index) => ({ rule: `ignore[${index}]`, reason: 'lab', ...rule })),
    now,
  );
  return { ignoredBy: book.ruleFor(draft), uses: book.uses() };
}

describe('[U] findings/ignore', () => {
  it('applies a rule only where everything that it names fits', () => {
    const fitting = {
      check: 'backend-without-volume',
      source: 'nas/nas01',
      kind: 'Dataset',
      name: 'tank/*/pvc-1',
    } as const;

    assert.equal(use([fitting]).ignoredBy?.reason, 'lab');
    for (const other of [
      { check: 'claim-lost' },
      { source: 'nas/nas02' },
      { kind: 'Zvol' },
      { name: 'tank/*/pvc' },
    ] as const) {
      assert.equal(use([{ ...fitting, ...other }]).ignoredBy, undefined);
    }
  });

  it('takes every sign of a pattern but the asterisk for itself', () => {
    assert.equal(use([{ name: 'tank.k8s*' }]).ignoredBy, undefined);
    assert.ok(use([{ name: 'tank/k8s*' }]).ignoredBy);
  });

  it('asks for namespace and labels of the owner', () => {
    const draft = makeDraft({ owner: { namespace: 'shop', labels: { tier: 'lab' } } });

    assert.ok(use([{ namespace: 'shop', labels: { tier: 'lab' } }], draft).ignoredBy);
    assert.equal(use([{ namespace: 'shop', labels: { tier: 'prod' } }], draft).ignoredBy, undefined);
  });

  it('no longer applies after its last day, which counts to its end', () => {
    assert.equal(use([{ until: '2026-11-23' }]).uses[0]?.state, 'expiresSoon');
    assert.ok(use([{ until: '2026-11-23' }]).ignoredBy);
    assert.equal(use([{ until: '2026-11-22' }]).ignoredBy, undefined);
    assert.equal(use([{ until: '2026-11-22' }]).uses[0]?.state, 'expired');
  });

  it('takes a date that nobody can read for an expired one', () => {
    assert.equal(use([{ until: 'next summer' }]).ignoredBy, undefined);
  });

  it('does not let an expired rule stand before one in force', () => {
    assert.equal(use([{ until: '2026-01-01' }, { reason: 'kept' }]).ignoredBy?.reason, 'kept');
  });

  it('tells rules that match nothing, and those that end within 30 days', () => {
    const states = use([
      { kind: 'Zvol' },
      { until: '2026-12-23T11:59:00Z' },
      { until: '2026-12-23T12:01:00Z' },
    ]).uses.map(({ state, matched }) => [state, matched]);

    assert.deepEqual(states, [
      ['dead', 0],
      ['expiresSoon', 1],
      ['active', 1],
    ]);
  });

  it('puts the mark on the object before any rule, and says where it stands', () => {
    const { ignoredBy, uses } = use([{ reason: 'rule' }], makeDraft({ ignore: { reason: 'mine', owner: 'mei' } }));

    assert.deepEqual([ignoredBy?.reason, ignoredBy?.owner], ['mine', 'mei']);
    assert.deepEqual(
      uses.map(({ from }) => from),
      ['config', 'property'],
    );
  });

  it('shows a finding again whose mark has expired', () => {
    const draft = makeDraft({ ignore: { reason: 'mine', until: '2026-11-01' } });

    assert.equal(use([], draft).ignoredBy, undefined);
    assert.equal(use([], draft).uses[0]?.state, 'expired');
  });
});
