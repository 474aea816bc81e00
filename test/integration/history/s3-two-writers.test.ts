import assert from 'node:assert/strict';
import { HistoryError } from '../../../src/errors.ts';
import { openS3Objects, type S3Location } from '../../../src/history/s3-objects.ts';
import { type HistoryStore, openHistory } from '../../../src/history/store.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { Secret } from '../../../src/util/secret.ts';
import { type FaultyProxy, type PutFault, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { assertWhole } from '../../support/history-consistency.ts';
import { type S3Server, startS3Server } from '../../support/versitygw.ts';
import { makeScan } from '../../support/victim-scans.ts';

const stored = ['first', 'second'];
const now = (): Date => new Date('2026-12-20T00:00:00Z');

const cases: readonly {
  readonly what: string;
  readonly faults: readonly PutFault[];
  /** Of the writer whose puts fail. */
  readonly run: (store: HistoryStore) => Promise<unknown>;
  readonly ends: readonly string[][];
}[] = [
  {
    what: 'an append',
    faults: ['request', 'answer', 'unavailable'],
    run: (store) => store.append(makeScan('victim')),
    ends: [
      [...stored, 'third'],
      [...stored, 'third', 'victim'],
    ],
  },
  {
    what: 'a compaction',
    faults: ['request', 'answer'],
    run: (store) => store.compact({ graceMs: 0 }),
    ends: [[...stored, 'third']],
  },
];

describe('[I] history on versitygw: puts of one writer fail while another one writes', function () {
  this.timeout(300_000);
  let server: S3Server;
  let proxy: FaultyProxy;
  let buckets = 0;
  before(async () => {
    server = await startS3Server();
    proxy = await startFaultyProxy(server.endpoint, server.caPem);
  });
  after(async () => {
    await proxy.close();
    await server.stop();
  });

  const locationOf = (endpoint: string): S3Location => ({
    kind: 's3',
    bucket: `bucket-${buckets}`,
    prefix: 'strandline',
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    tls: { ca: server.caPem },
    credentials: async () => ({
      accessKeyId: server.accessKeyId,
      secretAccessKey: new Secret(server.secretAccessKey),
    }),
    timeoutMs: 10_000,
    maxAttempts: 1,
  });
  const open = (endpoint: string): Promise<HistoryStore> =>
    openHistory({ location: locationOf(endpoint), deployment: 'main', logger: silentLogger, now });

  /** One writer whose N-th put fails, which then tries again; at the same time another appends and compacts. */
  async function race(run: (store: HistoryStore) => Promise<unknown>, failAt: number, fault: PutFault) {
    buckets += 1;
    server.createBucket(`bucket-${buckets}`);
    const other = await open(server.endpoint);
    for (const id of stored) await other.append(makeScan(id));
    const failing = await open(proxy.url);
    proxy.spoil(failAt, fault);
    const [outcome, sound] = await Promise.allSettled([
      run(failing),
      other.append(makeScan('third')).then(() => other.compact({ graceMs: 0 })),
    ]);
    const puts = proxy.puts();
    assert.equal(sound.status, 'fulfilled', 'the other writer is not disturbed');
    if (outcome.status === 'rejected') assert.ok(outcome.reason instanceof HistoryError);
    await run(failing).catch((error: unknown) => assert.ok(error instanceof HistoryError));
    await Promise.all([failing.close(), other.close()]);
    return { puts, isRejected: outcome.status === 'rejected' };
  }

  for (const { what, faults, run, ends } of cases) {
    for (const fault of faults) {
      it(`${what}: every put in turn ends in «${fault}»; no scan is lost, none is half there, both go on`, async () => {
        const { puts } = await race(run, 0, fault);
        assert.ok(puts >= 6, `only ${puts} puts were seen`);
        let rejected = 0;
        for (let failAt = 1; failAt <= puts; failAt += 1) {
          if ((await race(run, failAt, fault)).isRejected) rejected += 1;
          const objects = await openS3Objects(locationOf(server.endpoint));
          await assertWhole(objects, ends, `put ${failAt} of ${puts}, ${fault}`);
          objects.close();
        }
        assert.ok(rejected >= puts / 2, `only ${rejected} of ${puts} faults were felt`);
      });
    }
  }
});
