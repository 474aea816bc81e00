import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import { promisesOfObjectStore } from '../contract/object-store.ts';
import { refuseLink } from '../support/linkless.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] history/object-store in memory', () => {
  promisesOfObjectStore(async () => {
    const objects = openMemoryObjects();
    return [objects, objects];
  });
});

const fileSystems = { 'with hard links': {}, 'without hard links': { link: refuseLink } };

for (const [fileSystem, faults] of Object.entries(fileSystems)) {
  describe(`[U] history/local-objects on a file system ${fileSystem}`, () => {
    const folder = useTemporaryFolder();
    let stores = 0;
    const newRoot = (): string => {
      stores += 1;
      return folder.file(`${stores}, not yet [there]`);
    };
    promisesOfObjectStore(async () => {
      const root = newRoot();
      return [openLocalObjects(root, faults), openLocalObjects(root, faults)];
    });

    it('leaves nothing but what was put, whoever won', async () => {
      const root = newRoot();
      const objects = openLocalObjects(root, faults);
      await Promise.all(['a', 'b', 'c'].map((text) => objects.putIfAbsent('k/one', Buffer.from(text))));
      assert.deepEqual(await readdir(join(root, '.tmp')), []);
      assert.deepEqual(await readdir(join(root, 'k')), ['one']);
    });
  });
}

describe('[U] history/local-objects without hard links, beside a writer that stalls', () => {
  const folder = useTemporaryFolder();

  it('publishes after a while, and the one that wakes up writes nothing over it', async () => {
    const quick = openLocalObjects(folder.file('root'), { link: refuseLink });
    let outcome = '';
    const stalled = openLocalObjects(folder.file('root'), {
      link: refuseLink,
      // Between its last look at the name and its last move: the quick one takes its claim away in there.
      atStep: async (step) => {
        if (step.startsWith('publish')) outcome = await quick.putIfAbsent('k', Buffer.from('quick'));
      },
    });
    assert.equal(await stalled.putIfAbsent('k', Buffer.from('stalled')), 'exists');
    assert.equal(outcome, 'created');
    assert.equal(Buffer.from((await quick.get('k')) ?? []).toString(), 'quick');
    assert.deepEqual(await readdir(join(folder.file('root'), '.tmp')), []);
  });
});
