import assert from 'node:assert/strict';
import { openIgnoreBook } from '../../src/findings/ignore.ts';
import type { PlacedMark } from '../../src/findings/marks.ts';
import type { IgnoreRule } from '../../src/model/options.ts';
import type { CheckOutcome } from '../../src/model/scan-result.ts';
import { makeDraft } from '../support/make-draft.ts';

const now = new Date('2026-11-23T12:00:00Z');

type Outcomes = readonly Partial<CheckOutcome>[];

function use(
  rules: readonly Partial<IgnoreRule>[],
  draft = makeDraft(),
  { outcomes = [], marks = [] }: { readonly outcomes?: Outcomes; readonly marks?: readonly PlacedMark[] } = {},
) {
  const book = openIgnoreBook(
    rules.map((rule, index) => ({ rule: `ignore[${index}]`, reason: 'lab', ...rule })),
    now,
  );
  return { ignoredBy: book.ruleFor(draft), uses: book.uses(outcomes.map(toOutcome), marks) };
}

function toOutcome(parts: Partial<CheckOutcome>): CheckOutcome {
  return {
    id: 'backend-without-volume',
    scope: 'backend/prod/org.democratic-csi.nfs@nas01',
    status: 'passed',
    count: 0,
    undecided: [],
    ...parts,
  };
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

  describe('calls a rule dead only where all it could match was judged', () => {
    const unread = { status: 'notAssessed', because: 'no answer' } as const;
    const stateOf = (rule: Partial<IgnoreRule>, outcome: Partial<CheckOutcome>) =>
      use([{ kind: 'Zvol', ...rule }], makeDraft(), { outcomes: [outcome] }).uses[0]?.state;

    it('every check passed', () => {
      assert.equal(stateOf({}, {}), 'dead');
    });

    it('a check that was not assessed, or broke', () => {
      assert.equal(stateOf({}, unread), 'active');
      assert.equal(stateOf({}, { status: 'errored' }), 'active');
    });

    it('another check, or another NAS, is no excuse', () => {
      assert.equal(stateOf({ check: 'claim-lost' }, unread), 'dead');
      assert.equal(stateOf({ check: 'backend-without-volume' }, unread), 'active');
      assert.equal(stateOf({ source: 'nas/nas02' }, unread), 'dead');
      assert.equal(stateOf({ source: 'nas/nas01' }, unread), 'active');
      assert.equal(stateOf({ source: 'cluster/prod' }, unread), 'active');
      assert.equal(stateOf({ source: 'cluster/pro' }, unread), 'dead');
      assert.equal(stateOf({ source: 'nas/nas01' }, { ...unread, scope: 'nas/nas01' }), 'active');
      assert.equal(stateOf({ source: 'nas/nas01' }, { ...unread, scope: 'cluster/nas01' }), 'dead');
    });

    it('one resource of its kind that nothing could be said of', () => {
      const undecided = [{ kind: 'Zvol', name: 'tank/z', because: 'its creation time is unknown' }];

      assert.equal(stateOf({}, { undecided }), 'active');
      assert.equal(stateOf({ kind: 'Dataset', name: 'tank/none' }, { undecided }), 'dead');
    });
  });

  describe('tells of a mark that no finding bears', () => {
    const mark = { source: 'nas/nas01', kind: 'Dataset', label: 'tank/k8s/vols/pvc-1', reason: 'mine' } as const;
    const told = (draft = makeDraft(), marks: readonly PlacedMark[] = [mark], outcomes: Outcomes = []) =>
      use([], draft, { marks, outcomes }).uses.map(({ rule, from, state, matched }) => [rule, from, state, matched]);

    it('that it matches nothing', () => {
      assert.deepEqual(told(), [['Dataset tank/k8s/vols/pvc-1', 'property', 'dead', 0]]);
      const onClaim = { source: 'cluster/prod', kind: 'PersistentVolumeClaim', label: 'shop/db', reason: 'x' } as const;
      assert.deepEqual(told(makeDraft(), [onClaim]), [['PersistentVolumeClaim shop/db', 'object', 'dead', 0]]);
    });

    it('that it has expired', () => {
      assert.deepEqual(told(makeDraft(), [{ ...mark, until: '2026-11-22' }])[0]?.[2], 'expired');
    });

    it('but not what was not judged', () => {
      const of = (name: string) => [{ kind: 'Dataset', name, because: 'no answer' }];

      assert.equal(told(makeDraft(), [mark], [{ undecided: of(mark.label) }])[0]?.[2], 'active');
      assert.equal(told(makeDraft(), [mark], [{ undecided: of('tank/other') }])[0]?.[2], 'dead');
      assert.equal(told(makeDraft(), [mark], [{ status: 'errored' }])[0]?.[2], 'active');
      assert.equal(told(makeDraft(), [mark], [{ status: 'errored', scope: 'nas/nas02' }])[0]?.[2], 'dead');
    });

    it('once, where a finding bears it', () => {
      const bearing = makeDraft({ ignore: { reason: 'mine' } });

      assert.deepEqual(told(bearing), [['Dataset tank/k8s/vols/pvc-1', 'property', 'active', 1]]);
    });

    it('nothing, where something below has inherited it', () => {
      const rules = (name: string) =>
        told(makeDraft({ name, ignore: { reason: 'mine' } }), [{ ...mark, label: 'tank/k8s' }]).map(([rule]) => rule);

      assert.deepEqual(rules('tank/k8s/vols/pvc-1'), ['Dataset tank/k8s/vols/pvc-1']);
      assert.deepEqual(rules('tank/k8s@snap'), ['Dataset tank/k8s@snap']);
      assert.deepEqual(rules('tank/k8s-old'), ['Dataset tank/k8s-old', 'Dataset tank/k8s']);
    });

    it('nothing, where the finding is about another object', () => {
      const on = 'PersistentVolume pv-1';
      const onVolume = { source: 'cluster/prod', kind: 'PersistentVolume', label: 'pv-1', reason: 'mine' } as const;

      assert.deepEqual(told(makeDraft({ ignore: { reason: 'mine', on } }), [onVolume]), [[on, 'object', 'active', 1]]);
    });
  });
});
