import assert from 'node:assert/strict';
import { digestOf } from '../../src/history/digest.ts';
import type { ObjectStore } from '../../src/history/object-store.ts';

/** What every storage below history promises. `open` gives two handles on one empty store, as two processes have. */
export function promisesOfObjectStore(open: () => Promise<readonly [ObjectStore, ObjectStore]>): void {
  const text = (body: Uint8Array | undefined): string | undefined =>
    body === undefined ? undefined : Buffer.from(body).toString();
  let one: ObjectStore;
  let other: ObjectStore;
  beforeEach(async () => {
    [one, other] = await open();
  });

  it('gives back what was put, byte for byte', async () => {
    const body = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    assert.equal(await one.putIfAbsent('a/cluster=x%2Fy/month=2026-11/p.parquet', body), 'created');
    assert.deepEqual(
      Buffer.from((await other.get('a/cluster=x%2Fy/month=2026-11/p.parquet')) ?? []),
      Buffer.from(body),
    );
  });

  it('never writes over an object', async () => {
    await one.putIfAbsent('k', Buffer.from('first'));
    assert.equal(await other.putIfAbsent('k', Buffer.from('second')), 'exists');
    assert.equal(text(await one.get('k')), 'first');
  });

  it('lets exactly one of many writers at once win, with its whole body', async () => {
    const bodies = Array.from({ length: 10 }, (_, i) => Buffer.alloc(20_000, String(i)));
    const outcomes = await Promise.all(bodies.map((body, i) => (i % 2 === 0 ? one : other).putIfAbsent('race', body)));
    const winners = outcomes.flatMap((outcome, i) => (outcome === 'created' ? [i] : []));
    assert.equal(winners.length, 1);
    assert.equal(text(await one.get('race')), String(winners[0]).repeat(20_000));
  });

  it('says undefined for an object that is not there', async () => {
    assert.equal(await one.get('nothing/here'), undefined);
  });

  it('digests, where it can, what it gives back', async () => {
    for (const size of [0, 1, 65_536, 700_001]) {
      const body = Uint8Array.from({ length: size }, (_, i) => (i * 7) % 251);
      await one.putIfAbsent(`size/${size}`, body);
      if (other.digest !== undefined) assert.deepEqual(await other.digest(`size/${size}`), digestOf(body));
    }
    if (one.digest !== undefined) assert.equal(await one.digest('nothing/here'), undefined);
  });

  it('lists what starts with a prefix, in order, with sizes, nothing of a similar name', async () => {
    for (const key of ['t/b/2', 't/a/1', 'tt/c/3', 'root.json']) await one.putIfAbsent(key, Buffer.from(key));
    assert.deepEqual(
      (await other.list('t/')).map(({ key, sizeBytes }) => [key, sizeBytes]),
      [
        ['t/a/1', 5],
        ['t/b/2', 5],
      ],
    );
    assert.equal((await other.list('')).length, 4);
    assert.deepEqual(await other.list('none/'), []);
  });

  it('replaces a whole object', async () => {
    await one.putIfAbsent('format.json', Buffer.from('old and long'));
    await one.replace('format.json', Buffer.from('new'));
    assert.equal(text(await other.get('format.json')), 'new');
  });

  it('deletes, also what is not there', async () => {
    await one.putIfAbsent('a/b', Buffer.from('x'));
    await other.delete('a/b');
    await other.delete('a/b');
    assert.equal(await one.get('a/b'), undefined);
    assert.deepEqual(await one.list('a/'), []);
  });
}
