import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { PlanAction } from '../../src/plan/cleanup-plan.ts';
import type { NasState } from '../../src/simulate/estate.ts';
import { deleteDataset, deleteSnapshot, promoteDataset } from '../../src/simulate/truenas/mutations.ts';
import { clone, makeLeftover, makeLeftoverSnapshot, makePlanResult } from '../support/make-plan-result.ts';
import { makeDataset, makeNasState, makeSnapshot } from '../support/nas-state.ts';

const root = 'tank/k8s/v/pvc-root';
const first = 'tank/k8s/v/pvc-first';
const second = 'tank/k8s/v/pvc-second';

/** snapshot ← clone ← snapshot ← clone */
function chain(holds: readonly string[] = []): NasState {
  const state = makeNasState({ nfsClients: [], smbSessions: [] });
  return {
    ...state,
    datasets: [
      ...state.datasets,
      makeDataset('tank/k8s/v'),
      makeDataset(root, { dataBytes: 2 ** 30 }),
      makeDataset(first, { origin: `${root}@s1` }),
      makeDataset(second, { origin: `${first}@s2` }),
    ],
    snapshots: [
      ...state.snapshots,
      makeSnapshot(`${root}@s1`, { createTxg: 10 }),
      makeSnapshot(`${first}@s2`, { createTxg: 20, holds }),
      makeSnapshot(`${first}@alone`, { createTxg: 30 }),
    ],
  };
}

function replay(state: NasState, actions: readonly PlanAction[]): NasState {
  let now = state;
  for (const action of actions) {
    if (action.kind === 'promoteDataset') now = promoteDataset(now, action.target);
    else if (action.kind === 'deleteDataset') now = deleteDataset(now, action.target, true);
    else if (action.kind === 'deleteSnapshot') now = deleteSnapshot(now, action.target, false);
    else if (action.kind === 'releaseHolds') {
      const { target } = action;
      now = { ...now, snapshots: now.snapshots.map((s) => (s.name === target ? { ...s, holds: [] } : s)) };
    } else assert.fail(`cannot replay ${action.kind}`);
  }
  return now;
}

function left(state: NasState): string[] {
  const names = [...state.datasets, ...state.snapshots].map(({ name }) => name);
  return names.filter((name) => name.startsWith('tank/k8s/v/')).sort();
}

const findings = [
  makeLeftover(root, { blockers: [clone(first)] }),
  makeLeftover(first, { blockers: [clone(second)] }),
  makeLeftover(second),
];

describe('[U] plan/build-plan, replayed on the simulated NAS', () => {
  it('is refused when the chain is taken in the order of the findings: the test can fail', () => {
    assert.throws(() => deleteDataset(chain(), root, true), /dependent clones/);
  });

  it('removes a whole chain of clones, the last clone first', () => {
    const { steps } = buildPlan(makePlanResult(findings));

    const after = replay(
      chain(),
      steps.map(({ action }) => action),
    );

    assert.deepEqual(left(after), []);
  });

  it('does so whatever the order of the findings', () => {
    const { steps } = buildPlan(makePlanResult([...findings].reverse()));

    assert.deepEqual(
      left(
        replay(
          chain(),
          steps.map(({ action }) => action),
        ),
      ),
      [],
    );
  });

  it('promotes the clone that stays, once for each former owner', () => {
    const { steps } = buildPlan(makePlanResult(findings.slice(0, 2)));

    const after = replay(
      chain(),
      steps.map(({ action }) => action),
    );

    assert.deepEqual(
      steps.map(({ action }) => `${action.kind} ${action.target}`),
      [`promoteDataset ${second}`, `deleteDataset ${first}`, `promoteDataset ${second}`, `deleteDataset ${root}`],
    );
    assert.deepEqual(left(after), [second, `${second}@s1`, `${second}@s2`]);
  });

  it('releases holds before it destroys what they hold', () => {
    const held = makeLeftover(first, {
      blockers: [clone(second), { kind: 'hold', name: `${first}@s2`, why: 'is held by truenas' }],
    });
    const { steps } = buildPlan(
      makePlanResult([makeLeftover(root, { blockers: [clone(first)] }), held, makeLeftover(second)]),
    );

    const after = replay(
      chain(['truenas']),
      steps.map(({ action }) => action),
    );

    assert.deepEqual(left(after), []);
  });

  it('destroys a lone snapshot and nothing else', () => {
    const { steps } = buildPlan(makePlanResult([makeLeftoverSnapshot(`${first}@alone`)]));

    const after = replay(
      chain(),
      steps.map(({ action }) => action),
    );

    assert.deepEqual(
      left(after),
      left(chain()).filter((name) => name !== `${first}@alone`),
    );
  });
});
