import assert from 'node:assert/strict';
import { openS3Objects, type S3Location } from '../../../src/history/s3-objects.ts';
import { type HistoryStore, openHistory } from '../../../src/history/store.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { Secret } from '../../../src/util/secret.ts';
import { survivesFailingWrites } from '../../contract/history-faults.ts';
import { promisesOfObjectStore } from '../../contract/object-store.ts';
import { makeCheck, makeFinding, makeResult } from '../../support/stored-result.ts';
import { type S3Server, startS3Server } from '../../support/versitygw.ts';

describe('[I] history/s3-objects on versitygw', function () {
  this.timeout(180_000);
  let server: S3Server;
  let buckets = 0;
  before(async () => {
    server = await startS3Server();
  });
  after(() => server.stop());

  function newLocation(more: Partial<S3Location> = {}): S3Location {
    buckets += 1;
    server.createBucket(`bucket-${buckets}`);
    const { accessKeyId, secretAccessKey } = server;
    return {
      kind: 's3',
      bucket: `bucket-${buckets}`,
      prefix: 'some/strandline',
      region: 'us-east-1',
      endpoint: server.endpoint,
      forcePathStyle: true,
      tls: { ca: server.caPem },
      credentials: async () => ({ accessKeyId, secretAccessKey: new Secret(secretAccessKey) }),
      timeoutMs: 10_000,
      maxAttempts: 1,
      ...more,
    };
  }
  const open = (location: S3Location): Promise<HistoryStore> =>
    openHistory({ location, deployment: 'main', logger: silentLogger });

  promisesOfObjectStore(async () => {
    const location = newLocation();
    return [await openS3Objects(location), await openS3Objects(location)];
  });

  survivesFailingWrites(async () => openS3Objects(newLocation()));

  it('lists more objects than one page holds', async () => {
    const objects = await openS3Objects(newLocation());
    const keys = Array.from({ length: 1100 }, (_, i) => `t/${String(i).padStart(5, '0')}`);
    for (let from = 0; from < keys.length; from += 50) {
      await Promise.all(keys.slice(from, from + 50).map((key) => objects.putIfAbsent(key, Buffer.from('x'))));
    }
    assert.deepEqual(
      (await objects.list('t/')).map(({ key }) => key),
      keys,
    );
  });

  it('keeps a whole history, which a second process reads', async () => {
    const location = newLocation();
    const found = { findings: [makeFinding('f1')], checks: [makeCheck({ status: 'found', count: 1 })] };
    const one = await open(location);
    await one.append(makeResult('s1', 0, found));
    await one.append(makeResult('s2', 1, found));
    await one.close();
    const other = await open(location);
    const memory = await other.memory();
    assert.equal(memory.scans, 2);
    assert.equal(memory.findings[0]?.runsSeen, 2);
    assert.deepEqual(await other.latestResult(), makeResult('s2', 1, found));
    await other.close();
  });

  it('takes scans of two writers at once', async () => {
    const location = newLocation();
    const stores = await Promise.all([open(location), open(location)]);
    await Promise.all(
      Array.from({ length: 6 }, (_, i) => (stores[i % 2] as HistoryStore).append(makeResult(`s${i}`, i))),
    );
    const memory = await (stores[0] as HistoryStore).memory();
    assert.equal(memory.scans, 6);
    assert.deepEqual(memory.damagedParts, []);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('lets one of two scans of the same id win, as a whole', async () => {
    const location = newLocation();
    const stores = await Promise.all([open(location), open(location)]);
    const outcomes = await Promise.allSettled(
      stores.map((store, i) => store.append(makeResult('same', 0, { findings: [makeFinding(`f${i}`)] }))),
    );
    const winners = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    assert.ok(winners.length <= 1);
    const stored = await (stores[0] as HistoryStore).latestResult();
    if (winners.length === 1) assert.equal(stored?.findings[0]?.id, `f${winners[0]}`);
    else assert.equal(stored, undefined);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('names bucket, call and remedy when keys are wrong, the bucket is missing, the CA is unknown, nobody answers', async () => {
    const wrongKey = newLocation({
      credentials: async () => ({ accessKeyId: server.accessKeyId, secretAccessKey: new Secret('wrong-secret-key') }),
    });
    const { tls: _, ...withoutCa } = newLocation();
    const cases: readonly (readonly [S3Location, RegExp])[] = [
      [wrongKey, /403/],
      [{ ...newLocation(), bucket: 'not-there' }, /NoSuchBucket, 404/],
      [withoutCa, /could not read format\.json/],
      [newLocation({ endpoint: 'https://127.0.0.1:1' }), /could not read format\.json/],
    ];
    for (const [location, says] of cases) {
      await assert.rejects(open(location), (error: unknown) => {
        assert.ok(error instanceof Error && 'code' in error && 'remedy' in error);
        assert.equal(error.code, 'HISTORY');
        assert.match(error.message, says);
        assert.ok(!error.message.includes('wrong-secret-key'));
        return true;
      });
    }
  });

  it('finds its credentials in the environment', async () => {
    const { credentials: _, ...location } = newLocation();
    process.env['AWS_ACCESS_KEY_ID'] = server.accessKeyId;
    process.env['AWS_SECRET_ACCESS_KEY'] = server.secretAccessKey;
    try {
      const store = await open(location);
      await store.append(makeResult('s1', 0));
      assert.equal((await store.scans()).length, 1);
      await store.close();
    } finally {
      delete process.env['AWS_ACCESS_KEY_ID'];
      delete process.env['AWS_SECRET_ACCESS_KEY'];
    }
  });
});
