import assert from 'node:assert/strict';
import type { FindingDraft, Premise } from '../../src/model/finding.ts';
import { type Reading, readTwice } from '../../src/run/read-twice.ts';

const volume: Premise = {
  source: 'cluster/prod',
  kind: 'PersistentVolume',
  name: 'pvc-1',
  uid: 'u1',
  expect: 'present',
};
const dataset: Premise = { source: 'nas/nas01', kind: 'dataset', name: 'tank/v/pvc-1', expect: 'absent' };

function draftOf(premises: readonly Premise[]): FindingDraft {
  return {
    check: 'volume-without-backend',
    scope: 'backend/prod/d@nas01',
    confidence: 'high',
    resource: { source: 'cluster/prod', cluster: 'prod', kind: 'PersistentVolume', name: 'pvc-1' },
    owner: {},
    bytes: {},
    why: 'why',
    evidence: [],
    blockers: [],
    remediation: { steps: [], commands: [], docs: '' },
    premises,
  };
}

async function answered(readings: Readonly<Record<string, Omit<Reading, 'premise'>>>) {
  return readTwice([draftOf([volume, dataset])], async (_source, premises) =>
    premises.map((premise) => ({ premise, ...(readings[premise.name] ?? { status: 'failed' as const }) })),
  );
}

describe('[U] run/read-twice', () => {
  it('lets a candidate stand when every premise still holds', async () => {
    const { standing, fallen } = await answered({
      'pvc-1': { status: 'present', uid: 'u1' },
      'tank/v/pvc-1': { status: 'absent' },
    });

    assert.equal(standing.length, 1);
    assert.deepEqual(fallen, []);
  });

  it('lets a candidate fall when the dataset has appeared', async () => {
    const { standing, fallen } = await answered({
      'pvc-1': { status: 'present', uid: 'u1' },
      'tank/v/pvc-1': { status: 'present' },
    });

    assert.equal(standing.length, 0);
    assert.equal(fallen[0]?.failed, false);
    assert.match(fallen[0]?.undecided.because ?? '', /had appeared/);
  });

  it('lets a candidate fall when an object of the same name has another uid', async () => {
    const { standing } = await answered({
      'pvc-1': { status: 'present', uid: 'u2' },
      'tank/v/pvc-1': { status: 'absent' },
    });

    assert.equal(standing.length, 0);
  });

  it('lets a candidate fall, as failed, when one side could not be read again', async () => {
    const { fallen } = await answered({ 'pvc-1': { status: 'present', uid: 'u1' } });

    assert.equal(fallen[0]?.failed, true);
  });

  it('lets a candidate fall when what it is about is being deleted', async () => {
    const { standing } = await answered({
      'pvc-1': { status: 'present', uid: 'u1', deleting: true },
      'tank/v/pvc-1': { status: 'absent' },
    });

    assert.equal(standing.length, 0);
  });

  it('asks each source once, and each premise once', async () => {
    const asked: string[] = [];
    await readTwice([draftOf([volume, dataset]), draftOf([volume])], async (source, premises) => {
      asked.push(...premises.map((premise) => `${source} ${premise.name}`));
      return premises.map((premise) => ({ premise, status: premise.expect }));
    });

    assert.deepEqual(asked.sort(), ['cluster/prod pvc-1', 'nas/nas01 tank/v/pvc-1']);
  });
});
