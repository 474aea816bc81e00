import assert from 'node:assert/strict';
import type { Inventory } from '../../src/model/inventory.ts';
import { buildContext } from '../../src/run/judge-context.ts';
import { judgeOptions } from '../support/make-draft.ts';

const now = new Date('2026-11-23T02:00:00Z');
const hourMs = 3_600_000;

function contextWith(clockSkewMs?: number, takenAt: readonly string[] = []) {
  const sections = Object.fromEntries(takenAt.map((time, index) => [`list${index}`, { ok: true, takenAt: time }]));
  const cluster = { name: 'prod', ...(clockSkewMs !== undefined && { clockSkewMs }), sections };
  const inventory = { schemaVersion: 1, clusters: [cluster], nases: [] } as unknown as Inventory;
  return buildContext(inventory, judgeOptions(), now);
}

const at = (msAgo: number) => new Date(now.getTime() - msAgo).toISOString();

describe('[U] run/judge-context', () => {
  it('says unknown when there is no time, or none that can be read', () => {
    const { isOlderThan, ageMs } = contextWith();

    assert.equal(isOlderThan('cluster/prod', undefined, hourMs), 'unknown');
    assert.equal(isOlderThan('cluster/prod', 'yesterday', hourMs), 'unknown');
    assert.equal(ageMs('cluster/prod', undefined), undefined);
  });

  it('is older only past the limit', () => {
    const { isOlderThan } = contextWith(0);

    assert.equal(isOlderThan('cluster/prod', at(hourMs), hourMs), 'no');
    assert.equal(isOlderThan('cluster/prod', at(hourMs + 1), hourMs), 'yes');
  });

  it('goes by the clock of the source: one that runs ahead dates its objects ahead', () => {
    const { ageMs } = contextWith(60_000);

    assert.equal(ageMs('cluster/prod', at(0)), 60_000);
  });

  it('adds a skew of more than five minutes to the limit, in either direction', () => {
    const skewMs = 10 * 60_000;
    for (const sign of [1, -1]) {
      const { isOlderThan } = contextWith(sign * skewMs);
      const atAge = (ageMs: number) => at(ageMs - sign * skewMs);

      assert.equal(isOlderThan('cluster/prod', atAge(hourMs + skewMs), hourMs), 'no');
      assert.equal(isOlderThan('cluster/prod', atAge(hourMs + skewMs + 1), hourMs), 'yes');
    }
  });

  it('calls nothing old that was made since the first list was asked for, whatever the limit', () => {
    const readingMs = 60_000;
    const grainMs = 2_000; // clocks and times of creation are known to the second
    const { isOlderThan } = contextWith(0, [at(10_000), at(readingMs), 'no time']);

    assert.equal(isOlderThan('cluster/prod', at(10_000), 0), 'no');
    assert.equal(isOlderThan('cluster/prod', at(readingMs + grainMs), 0), 'no');
    assert.equal(isOlderThan('cluster/prod', at(readingMs + grainMs + 1), 0), 'yes');
    assert.equal(isOlderThan('cluster/prod', at(hourMs), hourMs), 'no');
  });

  it('counts that by the clock of the source too', () => {
    const { isOlderThan } = contextWith(-120_000, [at(60_000)]);

    assert.equal(isOlderThan('cluster/prod', at(60_000 + 120_000), 0), 'no');
    assert.equal(isOlderThan('cluster/prod', at(62_001 + 120_000), 0), 'yes');
  });
});
