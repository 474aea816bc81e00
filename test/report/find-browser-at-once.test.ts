import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { findBrowsers } from '../../src/report/find-browser.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] report/find-browser at once', () => {
  const scratch = useTemporaryFolder();

  it('two searches at the same time leave the folder for temporary files as it was', async () => {
    const before = tmpdir();
    const search = async (name: string): Promise<number> => {
      mkdirSync(scratch.file(name));
      let found = 0;
      for await (const _ of findBrowsers(undefined, scratch.file(name))) found += 1;
      return found;
    };

    const found = await Promise.all(['a', 'b', 'c'].map(search));

    assert.ok(
      found.every((count) => count >= 2),
      `the package was not unpacked: ${found.join()}`,
    );
    assert.equal(tmpdir(), before);
  });
});
