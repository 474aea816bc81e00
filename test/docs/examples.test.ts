import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { fitForLoading } from './loadable.ts';

const folder = join(import.meta.dirname, '../../docs/examples');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

describe('[U] docs/examples', () => {
  const scratch = useTemporaryFolder();

  it('there are some, and the index names each', () => {
    const index = readFileSync(join(folder, 'README.md'), 'utf8');

    assert.ok(files.length >= 6, `only ${files.length}`);
    assert.deepEqual(
      files.filter((file) => !index.includes(`](${file})`)),
      [],
    );
  });

  for (const file of files) {
    it(`${file} loads as it stands`, () => {
      const config = parse(readFileSync(join(folder, file), 'utf8')) as Readonly<Record<string, unknown>>;

      assert.ok(Array.isArray(config['nas']) && config['nas'].length > 0, 'is no whole config');
      fitForLoading(config, scratch.path);
    });
  }
});
