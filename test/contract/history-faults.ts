import assert from 'node:assert/strict';
import { HistoryError } from '../../src/errors.ts';
import type { ObjectStore } from '../../src/history/object-store.ts';
import { type HistoryStore, openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { assertWhole } from '../support/history-consistency.ts';
import { sideBySide } from '../support/side-by-side.ts';
import { makeScan } from '../support/victim-scans.ts';

type Loss = 'request' | 'answer';

/** Fails the N-th write: the request never arrives, or it is done and its answer is lost. */
function failWrite(objects: ObjectStore, failAt: number, loss: Loss): { store: ObjectStore; writes: () => number } {
  let writes = 0;
  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    writes += 1;
    const isFailing = writes === failAt; // another write may begin before this one is answered
    if (isFailing && loss === 'request') throw new HistoryError('the request was lost');
    const answer = await work();
    if (isFailing) throw new HistoryError('the answer was lost');
    return answer;
  };
  const store: ObjectStore = {
    place: objects.place,
    get: objects.get,
    list: objects.list,
    putIfAbsent: (key, body) => guard(() => objects.putIfAbsent(key, body)),
    replace: (key, body) => guard(() => objects.replace(key, body)),
    delete: (key) => guard(() => objects.delete(key)),
    ...(objects.localPath !== undefined && { localPath: objects.localPath }),
  };
  return { store, writes: () => writes };
}

/** Any write may fail: the scan is then there as a whole or not at all, and the next run goes on. */
export function survivesFailingWrites(open: () => Promise<ObjectStore>): void {
  const before = ['first', 'second', 'third'];
  const options = { deployment: 'main', logger: silentLogger, now: () => new Date('2026-12-20T00:00:00Z') };
  const actions: Record<
    string,
    { readonly run: (store: HistoryStore) => Promise<unknown>; readonly ends: string[][] }
  > = {
    append: { run: (store) => store.append(makeScan('victim')), ends: [before, [...before, 'victim']] },
    compact: { run: (store) => store.compact({ graceMs: 0 }), ends: [before] },
    prune: { run: (store) => store.prune({ retentionDays: 30, graceMs: 0 }), ends: [before, ['third']] },
  };
  for (const [action, { run, ends }] of Object.entries(actions)) {
    for (const loss of ['request', 'answer'] as const) {
      it(`${action}: every write in turn loses its ${loss}`, async () => {
        const writes = await countWrites(open, run);
        assert.ok(writes >= 6, `only ${writes} writes were seen`);
        await sideBySide(writes, async (failAt) => {
          const objects = await open();
          const first = await openHistoryOn(objects, options);
          for (const id of before) await first.append(makeScan(id));
          await first.close();
          const failing = failWrite(objects, failAt, loss);
          const store = await openHistoryOn(failing.store, options);
          await assert.rejects(run(store), HistoryError, `${action} ${failAt}`);
          await run(store).catch((error: unknown) => assert.ok(error instanceof HistoryError));
          await store.close();
          await assertWhole(objects, ends, `${action}, write ${failAt} of ${writes}, ${loss} lost`);
        });
      });
    }
  }

  async function countWrites(
    openFresh: () => Promise<ObjectStore>,
    run: (store: HistoryStore) => Promise<unknown>,
  ): Promise<number> {
    const counting = failWrite(await openFresh(), 0, 'request');
    const store = await openHistoryOn(counting.store, options);
    for (const id of before) await store.append(makeScan(id));
    const written = counting.writes();
    await run(store);
    await store.close();
    return counting.writes() - written;
  }
}
