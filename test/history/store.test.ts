import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import type { ObjectStore } from '../../src/history/object-store.ts';
import { type HistoryStore, openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { makeCheck, makeFinding, makeResult, makeUsage, makeVolume } from '../support/stored-result.ts';

const places: Record<string, (folder: string) => ObjectStore> = {
  'a directory': (folder) => openLocalObjects(join(folder, 'strange [dir] *')),
  'objects that are no files': () => openMemoryObjects(),
};

for (const [place, openObjects] of Object.entries(places)) {
  describe(`[U] history/store on ${place}`, () => {
    let folder: string;
    let objects: ObjectStore;
    let store: HistoryStore;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'strandline-store-'));
      objects = openObjects(folder);
      store = await openHistoryOn(objects, { deployment: 'main', logger: silentLogger });
    });
    afterEach(async () => {
      await store.close();
      await rm(folder, { recursive: true });
    });

    const seen = makeCheck({ status: 'found', count: 1 });

    it('says first, and creates nothing, when nothing was stored', async () => {
      const memory = await store.memory();
      assert.deepEqual(memory, { state: 'first', scans: 0, identities: {}, findings: [], damagedParts: [] });
      assert.equal(await store.latestResult(), undefined);
      assert.deepEqual(await readdir(folder), []);
    });

    it('gives back the whole result, and the newest one as the latest', async () => {
      const first = makeResult('s1', 0, { usage: makeUsage([makeVolume('a')]) });
      const second = makeResult('s2', 40, { findings: [makeFinding('f1')], checks: [seen] });
      await store.append(second);
      await store.append(first);
      assert.deepEqual(await store.result('s1'), first);
      assert.deepEqual(await store.latestResult(), second);
      assert.deepEqual(await store.latestResult({ notRunId: 'run-s2' }), first);
      assert.deepEqual(
        (await store.scans()).map(({ id }) => id),
        ['s1', 's2'],
      );
      assert.deepEqual(
        (await store.scans({ from: first.scan.startedAt, to: second.scan.startedAt })).map(({ id }) => id),
        ['s1'],
      );
    });

    it('refuses a scan of an id that is stored with other content', async () => {
      await store.append(makeResult('s1', 0));
      await assert.rejects(store.append(makeResult('s1', 0, { findings: [makeFinding('f1')] })), {
        code: 'HISTORY',
      });
    });

    it('remembers a finding with its first and last sighting, counting runs and not attempts', async () => {
      for (const [id, day, runId] of [
        ['s1', 0, 'job-1'],
        ['s2', 1, 'job-2'],
        ['s3', 1.01, 'job-2'],
      ] as const) {
        await store.append(makeResult(id, day, { runId, findings: [makeFinding('f1')], checks: [seen] }));
      }
      const { findings, scans } = await store.memory();
      assert.equal(scans, 3);
      assert.equal(findings[0]?.runsSeen, 2);
      assert.equal(findings[0]?.firstSeenAt, '2026-10-01T02:00:00.000Z');
      assert.equal(findings[0]?.openSince, '2026-10-01T02:00:00.000Z');
      assert.equal(findings[0]?.resolvedAt, undefined);
      assert.deepEqual(findings[0]?.finding, makeFinding('f1'));
      const own = await store.memory({ runId: 'job-2' });
      assert.equal(own.findings[0]?.runsSeen, 1);
      assert.equal(own.findings[0]?.lastSeenAt, '2026-10-01T02:00:00.000Z');
    });

    it('resolves a finding only by a scan that assessed it', async () => {
      await store.append(makeResult('s1', 0, { findings: [makeFinding('f1')], checks: [seen] }));
      await store.append(makeResult('s2', 1, { checks: [makeCheck({ status: 'notAssessed', because: 'NAS down' })] }));
      const undecided = [{ kind: 'PersistentVolume', name: 'pv-f1', because: 'locked' }];
      await store.append(makeResult('s3', 2, { checks: [makeCheck({ undecided })] }));
      const narrowed = { clusters: [], nases: [], backends: [], filters: ['namespace web'] };
      await store.append(makeResult('s4', 3, { scope: narrowed }));
      assert.equal((await store.memory()).findings[0]?.resolvedAt, undefined);
      await store.append(makeResult('s5', 4));
      assert.equal((await store.memory()).findings[0]?.resolvedAt, '2026-10-05T02:00:00.000Z');
    });

    it('does not take a reported resolution for a sighting', async () => {
      await store.append(makeResult('s1', 0, { findings: [makeFinding('f1')], checks: [seen] }));
      await store.append(makeResult('s2', 1, { findings: [makeFinding('f1', { change: 'resolved' })] }));
      const [finding] = (await store.memory()).findings;
      assert.equal(finding?.resolvedAt, '2026-10-02T02:00:00.000Z');
      assert.equal(finding?.runsSeen, 1);
    });

    it('starts a new stretch when a finding comes back', async () => {
      const found = { findings: [makeFinding('f1')], checks: [seen] };
      await store.append(makeResult('s1', 0, found));
      await store.append(makeResult('s2', 1));
      await store.append(makeResult('s3', 2, found));
      await store.append(makeResult('s4', 3, found));
      const [finding] = (await store.memory()).findings;
      assert.equal(finding?.firstSeenAt, '2026-10-01T02:00:00.000Z');
      assert.equal(finding?.openSince, '2026-10-03T02:00:00.000Z');
      assert.equal(finding?.runsInStretch, 2);
      assert.equal(finding?.runsSeen, 3);
    });

    it('keeps comparing with the identity before an unacknowledged change', async () => {
      const scope = (uid: string, identity: 'first' | 'changed' | 'acknowledged') => ({
        scope: {
          clusters: [{ name: 'prod', uid, identity, reached: true }],
          nases: [{ name: 'nas01', hostId: 'h1', reached: true }],
          backends: [],
          filters: [],
        },
      });
      await store.append(makeResult('s1', 0, scope('uid-1', 'first')));
      await store.append(makeResult('s2', 1, scope('uid-2', 'changed')));
      assert.deepEqual((await store.memory()).identities, { 'cluster/prod': 'uid-1', 'nas/nas01': 'h1' });
      await store.append(makeResult('s3', 2, scope('uid-2', 'acknowledged')));
      assert.equal((await store.memory()).identities['cluster/prod'], 'uid-2');
    });

    it('keeps deployments apart in one place', async () => {
      await store.append(makeResult('s1', 0, { deployment: 'other', findings: [makeFinding('f1')], checks: [seen] }));
      assert.equal((await store.memory()).state, 'first');
    });

    it('refuses a storage that ignores the condition "only if absent"', async () => {
      await store.append(makeResult('s1', 0));
      const careless: ObjectStore = {
        ...objects,
        putIfAbsent: (key, body) => objects.replace(key, body).then(() => 'created' as const),
      };
      const second = await openHistoryOn(careless, { deployment: 'main', logger: silentLogger });
      await assert.rejects(second.append(makeResult('s2', 1)), /ignores "If-None-Match: \*"/);
      await second.close();
    });

    it('shows nothing of a scan whose commit is not there', async () => {
      await store.append(makeResult('s1', 0, { findings: [makeFinding('f1')], checks: [seen] }));
      const [commit] = await objects.list('commits/');
      await objects.delete(commit?.key ?? '');
      assert.equal((await store.memory()).state, 'first');
      assert.equal(await store.latestResult(), undefined);
    });
  });
}
