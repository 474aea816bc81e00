import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Finding } from '../../src/model/finding.ts';
import type { CheckOutcome } from '../../src/model/scan-result.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { backendId, clone, makeLeftover, makeLeftoverSnapshot, makePlanResult } from '../support/make-plan-result.ts';

const orphan = 'tank/k8s/v/pvc-1';

describe('[U] plan/build-plan', () => {
  it('takes a confirmed leftover whose sources were all read', () => {
    const plan = buildPlan(makePlanResult([makeLeftover(orphan)]));

    assert.deepEqual(
      plan.steps.map(({ action }) => action),
      [{ kind: 'deleteDataset', nas: 'nas01', target: orphan }],
    );
    assert.deepEqual(plan.leftOut, []);
    assert.equal(plan.expectedBytes, 1024);
  });

  const refused: readonly (readonly [string, Partial<Finding>, RegExp])[] = [
    ['is unconfirmed', { confirmation: 'unconfirmed' }, /not confirmed/],
    ['has low confidence', { confidence: 'low' }, /confidence is low/],
    ['is ignored', { ignoredBy: { rule: 'r', reason: 'kept for audit' } }, /kept for audit/],
    [
      'has a live session',
      { blockers: [{ kind: 'session', name: 'worker2', why: 'is connected' }] },
      /session worker2/,
    ],
    [
      'has sessions nobody could read',
      { blockers: [{ kind: 'unread', name: 'nfsClients', why: 'unread' }] },
      /nfsClients/,
    ],
    [
      'may be a backup',
      { evidence: [{ fact: 'may belong to a backup tool', value: 'velero', from: 'x' }] },
      /backup tool/,
    ],
    [
      'has a content that refers to it',
      { blockers: [{ kind: 'snapshot', name: 'prod/c', why: 'refers' }] },
      /prod\/c still refers/,
    ],
    ['has a dataset below it', { blockers: [{ kind: 'child', name: `${orphan}/x`, why: 'below' }] }, /stands below it/],
    [
      'has a line break in its name',
      { resource: { source: 'nas/nas01', nas: 'nas01', kind: 'Dataset', name: 'tank/a\nb' } },
      /control characters/,
    ],
    [
      'is the parent of a backend',
      { resource: { source: 'nas/nas01', nas: 'nas01', kind: 'Dataset', name: 'tank/k8s/v' } },
      /parent of a backend/,
    ],
    ['is a pool', { resource: { source: 'nas/nas01', nas: 'nas01', kind: 'Dataset', name: 'tank' } }, /is a pool/],
    ['has two clones that stay', { blockers: [clone('tank/a/b'), clone('tank/a/c')] }, /several clones stay/],
  ];
  for (const [what, fields, because] of refused) {
    it(`leaves out one that ${what}, and says so`, () => {
      const plan = buildPlan(makePlanResult([makeLeftover(orphan, fields)]));

      assert.deepEqual(plan.steps, []);
      assert.match(plan.leftOut[0]?.because.join('; ') ?? '', because);
    });
  }

  it('says nothing of resolved findings and of checks that clean nothing up', () => {
    const findings = [
      makeLeftover(orphan, { change: 'resolved' }),
      makeLeftover('tank/k8s/v/pvc-2', { check: 'backend-without-share' }),
    ];

    const plan = buildPlan(makePlanResult(findings));

    assert.deepEqual([plan.steps, plan.leftOut], [[], []]);
  });

  it('leaves everything of a NAS out while another cluster that may share it was not reached', () => {
    const result = makePlanResult([makeLeftover(orphan)]);
    const clusters = result.scope.clusters.map((c) => ({ ...c, reached: c.name !== 'staging' }));

    const plan = buildPlan({ ...result, scope: { ...result.scope, clusters } });

    assert.deepEqual(plan.leftOut[0]?.because, ['cluster staging was not read']);
  });

  it('takes it when its backend is declared exclusive to a cluster that was read', () => {
    const result = makePlanResult([makeLeftover(orphan)]);
    const clusters = result.scope.clusters.map((c) => ({ ...c, reached: c.name !== 'staging' }));
    const backends = result.scope.backends.map((b) => ({ ...b, exclusive: true }));

    const plan = buildPlan({ ...result, scope: { ...result.scope, clusters, backends } });

    assert.equal(plan.steps.length, 1);
  });

  for (const [source, name] of [
    ['cluster/staging', 'persistentVolumes'],
    ['nas/nas01', 'snapshots'],
  ]) {
    it(`leaves it out when ${source} ${name} was not read`, () => {
      const result = makePlanResult([makeLeftover(orphan)]);
      const sections = result.sections.map((s) => ({ ...s, ok: !(s.source === source && s.name === name) }));

      const plan = buildPlan({ ...result, sections });

      assert.deepEqual(plan.leftOut[0]?.because, [`${source} ${name} was not read`]);
    });
  }

  const outcomes: readonly (readonly [Partial<CheckOutcome>, RegExp])[] = [
    [{ status: 'notAssessed', because: 'timeout' }, /not assessed: timeout/],
    [{ status: 'errored', because: 'bug' }, /broken off: bug/],
    [{ undecided: [{ kind: 'Dataset', name: orphan, because: 'locked' }] }, /no verdict was possible on it: locked/],
    [{ scope: 'nas/nas02' }, /did not run/],
  ];
  for (const [fields, because] of outcomes) {
    it(`leaves it out when its check says ${because.source}`, () => {
      const outcome: CheckOutcome = {
        id: 'backend-without-volume',
        scope: backendId,
        status: 'found',
        count: 1,
        undecided: [],
        ...fields,
      };

      const plan = buildPlan(makePlanResult([makeLeftover(orphan)], { checks: [outcome] }));

      assert.deepEqual(plan.steps, []);
      assert.match(plan.leftOut[0]?.because.join('; ') ?? '', because);
    });
  }

  for (const [release, method] of [
    ['13.0', 'zfs.snapshot.delete'],
    ['25.04', 'zfs.snapshot.delete'],
    ['25.10', 'pool.snapshot.delete'],
    ['26.0', 'pool.snapshot.delete'],
  ] as const) {
    it(`destroys a snapshot on TrueNAS ${release} with ${method}`, () => {
      const result = makePlanResult([makeLeftoverSnapshot('tank/k8s/v/pvc-3@snapshot-1')]);
      const nases = [{ name: 'nas01', release, reached: true }];

      const [step] = buildPlan({ ...result, scope: { ...result.scope, nases } }).steps;

      assert.deepEqual(step?.action, {
        kind: 'deleteSnapshot',
        nas: 'nas01',
        target: 'tank/k8s/v/pvc-3@snapshot-1',
        method,
      });
    });
  }

  it('writes down nothing for a snapshot of a NAS whose release is unknown', () => {
    const result = makePlanResult([makeLeftoverSnapshot('tank/k8s/v/pvc-3@snapshot-1')]);
    const nases = [{ name: 'nas01', reached: true }];

    const plan = buildPlan({ ...result, scope: { ...result.scope, nases } });

    assert.match(plan.leftOut[0]?.because.join() ?? '', /release of nas01 is not known/);
  });

  it('drops what waits for a clone that is left out', () => {
    const plan = buildPlan(
      makePlanResult([
        makeLeftover('tank/a/r', { blockers: [clone('tank/a/c')] }),
        makeLeftover('tank/a/c', { confirmation: 'unconfirmed' }),
      ]),
    );

    assert.deepEqual(plan.steps, []);
    assert.match(plan.leftOut[0]?.because.join() ?? '', /clone tank\/a\/c is reported as well/);
  });

  it('puts what goes round in a circle aside', () => {
    const plan = buildPlan(
      makePlanResult([
        makeLeftover('tank/a/r', { blockers: [clone('tank/a/c')] }),
        makeLeftover('tank/a/c', { blockers: [clone('tank/a/r')] }),
      ]),
    );

    assert.deepEqual(plan.steps, []);
    assert.equal(plan.leftOut.length, 2);
  });
});
