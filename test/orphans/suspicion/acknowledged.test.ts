import assert from 'node:assert/strict';
import type { Acknowledgement } from '../../../src/model/options.ts';
import { findAcknowledgement } from '../../../src/orphans/suspicion/acknowledged.ts';

const now = new Date('2026-11-23T12:00:00Z');
const entry: Acknowledgement = {
  guard: 'mass-result',
  scope: 'nas/nas01',
  reason: 'the old cluster was taken down',
  until: '2026-11-30',
};

describe('[U] orphans/suspicion/acknowledged', () => {
  const find = (parts: Partial<Acknowledgement> = {}, scopes = ['backend/prod/nfs@nas01', 'nas/nas01']) =>
    findAcknowledgement([{ ...entry, ...parts }], 'mass-result', scopes, now)?.reason;

  it('lifts the guard that it names, at any of the scopes', () => {
    assert.equal(find(), entry.reason);
    assert.equal(find({}, ['nas/nas01']), entry.reason);
  });

  it('lifts no other guard, and not elsewhere', () => {
    assert.equal(find({ guard: 'empty-list' }), undefined);
    assert.equal(find({ scope: 'nas/nas02' }), undefined);
    assert.equal(find({}, []), undefined);
  });

  it('ends with its last day, and a date that nobody can read has ended', () => {
    assert.equal(find({ until: '2026-11-23' }), entry.reason);
    assert.equal(find({ until: '2026-11-22' }), undefined);
    assert.equal(find({ until: 'when it is done' }), undefined);
  });

  it('takes the first that is in force', () => {
    const all = [{ ...entry, until: '2026-11-01', reason: 'over' }, entry, { ...entry, reason: 'later' }];
    assert.equal(findAcknowledgement(all, 'mass-result', ['nas/nas01'], now)?.reason, entry.reason);
    assert.equal(findAcknowledgement([], 'mass-result', ['nas/nas01'], now), undefined);
  });
});
