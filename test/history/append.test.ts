import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { HistoryError } from '../../src/errors.ts';
import { openHistoryOn } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { makeResult, makeUsage, makeVolume } from '../support/stored-result.ts';

describe('[U] history/append', () => {
  it('fails only when nothing of it is under way any more, and takes the scan at the next attempt', async () => {
    const objects = openMemoryObjects();
    let failures = 1;
    const failing: typeof objects = {
      ...objects,
      putIfAbsent: async (key, body) => {
        if (key.startsWith('results/') && failures-- > 0) throw new HistoryError('the bucket is full');
        return objects.putIfAbsent(key, body);
      },
    };
    const store = await openHistoryOn(failing, { deployment: 'main', logger: silentLogger });
    const result = makeResult('s1', 0, { usage: makeUsage([makeVolume('a', { usedBytes: 1 })]) });
    await assert.rejects(store.append(result), /the bucket is full/);
    const keys = [...objects.objects.keys()];
    assert.ok(keys.some((key) => key.startsWith('datasets/')));
    await setTimeout(100);
    assert.deepEqual([...objects.objects.keys()], keys);
    await store.append(result);
    assert.equal((await store.latestResult())?.scan.id, 's1');
    await store.close();
  });
});
