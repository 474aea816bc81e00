import assert from 'node:assert/strict';
import type { ObjectStore } from '../../src/history/object-store.ts';
import { openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { makeScan } from './victim-scans.ts';

/** Opens a history after a fault and holds it to its promises: these scans, each whole, and usable from here on. */
export async function assertWhole(
  objects: ObjectStore,
  expected: readonly (readonly string[])[],
  what: string,
): Promise<void> {
  const now = (): Date => new Date('2026-12-20T00:00:00Z');
  const store = await openHistoryOn(objects, { deployment: 'main', logger: silentLogger, now });
  try {
    const ids = (await store.scans()).map(({ id }) => id);
    assert.ok(
      expected.some((scans) => scans.join() === ids.join()),
      `${what}: ${ids.join()}`,
    );
    const memory = await store.memory();
    assert.deepEqual(memory.damagedParts, [], what);
    const seen = Object.fromEntries(memory.findings.map(({ id, runsSeen }) => [id, runsSeen]));
    const whole = Object.fromEntries([['always', ids.length], ...ids.map((id) => [`only-${id}`, 1])]);
    assert.deepEqual(seen, ids.length === 0 ? {} : whole, what);
    for (const id of ids) assert.deepEqual(await store.result(id), makeScan(id), what);
    assert.deepEqual((await store.verify()).damaged, [], what);
    await store.append(makeScan('after'));
    await store.compact({ graceMs: 0 });
    assert.equal((await store.scans()).length, ids.length + 1, what);
    assert.deepEqual((await store.verify()).damaged, [], what);
  } finally {
    await store.close();
  }
}
