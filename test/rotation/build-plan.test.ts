import assert from 'node:assert/strict';
import type { NasApiKey } from '../../src/model/truenas.ts';
import { buildPlan, type RotationFacts } from '../../src/rotation/build-plan.ts';
import { formatKeyName } from '../../src/rotation/key-name.ts';

const hourMs = 3_600_000;
const place = { deployment: 'prod', nas: 'nas01', store: '3fa9c2d1' };
const ourName = (replaces: number, run: string) => formatKeyName({ ...place, replaces, runId: run });

function key(id: number, name: string, createdAt: string, username = 'scan'): NasApiKey {
  return { id, name, createdAt, username };
}

const stored = key(21, ourName(17, 'one'), '2026-11-24T02:00:00Z');

function plan(keys: readonly NasApiKey[], more: Partial<RotationFacts> = {}) {
  return buildPlan({
    ...place,
    ...{ account: 'scan', storedId: 21, works: true, keys, ownKeyId: 31 },
    ...{ nowMs: Date.parse('2026-11-24T05:00:00Z'), afterMs: 720 * hourMs, overlapMs: 0, isForced: false },
    ...more,
  });
}
const idsToDelete = (of: ReturnType<typeof plan>) => of.leftovers.filter(({ isSafe }) => isSafe).map(({ id }) => id);

describe('[U] rotation/build-plan', () => {
  it('deletes the key that the stored one names as its predecessor', () => {
    assert.deepEqual(idsToDelete(plan([key(17, 'by hand', '2026-01-01T00:00:00Z'), stored])), [17]);
  });

  it('leaves a key alone that was given the id of the predecessor again', () => {
    const reused = plan([key(17, 'somebody made it today', '2026-11-24T04:00:00Z'), stored]);
    assert.deepEqual(reused.leftovers, []);
    assert.equal(reused.keys.find(({ id }) => id === 17)?.role, 'other');
  });

  it('deletes no predecessor whose age is not known, and none of another account', () => {
    const { createdAt: _, ...ageless } = key(17, 'by hand', '');
    assert.deepEqual(plan([ageless, stored]).leftovers, []);
    assert.deepEqual(plan([key(17, 'by hand', '2026-01-01T00:00:00Z', 'csi-driver'), stored]).leftovers, []);
  });

  it('deletes a key that was made and never stored, when no other run can be at work on it any more', () => {
    const made = (at: string) => key(22, ourName(21, 'two'), at);
    assert.deepEqual(idsToDelete(plan([stored, made('2026-11-24T03:59:00Z')])), [22]);
    assert.deepEqual(idsToDelete(plan([stored, made('2026-11-24T04:01:00Z')])), []);
  });

  it('deletes nothing while the stored key does not work', () => {
    const broken = plan([key(17, 'by hand', '2026-01-01T00:00:00Z'), stored], { works: false });
    assert.deepEqual(idsToDelete(broken), []);
    assert.equal(broken.isDue, true);
  });

  it('never touches the key that manages keys, also of the same account', () => {
    const own = key(31, ourName(21, 'three'), '2026-01-01T00:00:00Z');
    assert.deepEqual(plan([stored, own]).leftovers, []);
  });

  it('replaces a key at its age, and not before', () => {
    const at = (days: number) => Date.parse('2026-11-24T02:00:00Z') + days * 24 * hourMs;
    assert.equal(plan([stored], { nowMs: at(30) - 1 }).isDue, false);
    assert.equal(plan([stored], { nowMs: at(30) }).isDue, true);
    assert.equal(plan([stored], { isForced: true }).isDue, true);
  });
});
