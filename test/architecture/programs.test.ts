import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programs } from '../../.ci/build.mjs';

const repository = join(import.meta.dirname, '../..');

/** Files that ours start by their name, beside the file that starts them: in a bundle only programs are files. */
const started = globSync('src/**/*.ts', { cwd: repository }).flatMap((file) =>
  [...readFileSync(join(repository, file), 'utf8').matchAll(/`([\w-]+)\$\{extname\(import\.meta\.filename\)\}`/g)].map(
    ([, name = '']) => ({ name, file: join(dirname(file), `${name}.ts`) }),
  ),
);

describe('[U] architecture, programs of the bundle', () => {
  it('hold every process and thread that ours start', () => {
    assert.ok(started.length >= 3, 'looked at too little');
    for (const { name, file } of started) assert.equal(programs[name], file);
  });
});
