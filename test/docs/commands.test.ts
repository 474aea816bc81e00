import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { blocksOf, commandsOf } from './blocks.ts';
import { faultOf } from './program.ts';

const root = join(import.meta.dirname, '../..');

describe('[U] docs/commands', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const folder = useTemporaryFolder();

  it('every `strandline` command line of the README exists, with its flags', () => {
    const lines = [...readme.matchAll(/^(?:\$ )?strandline (.+?)(?:\s+#.*)?$/gm)].map(([, line = '']) => line);

    const wrong = lines.flatMap((line) => faultOf(line) ?? []);
    assert.ok(lines.length >= 8, `only ${lines.length} command lines`);
    assert.deepEqual(wrong, []);
  });

  it('what the README tells for the first five minutes is what getting started walks, in the same order', () => {
    const told = blocksOf('README.md')
      .filter(({ notRun }) => notRun === 'test/e2e/newcomer walks it')
      .flatMap(commandsOf)
      .map(({ line }) => line);
    const walked = blocksOf('docs/getting-started.md')
      .flatMap(commandsOf)
      .map(({ line }) => line);

    assert.ok(told.length >= 4, `only ${told.length} commands`);
    assert.deepEqual(
      walked.filter((line) => told.includes(line)),
      told,
    );
  });

  it('every `npm run` of README and CONTRIBUTING is a script', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const text = readme + readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
    const named = [...text.matchAll(/\bnpm run ([a-z0-9:]+)/g)].map(([, name = '']) => name);

    assert.ok(named.length >= 3);
    assert.deepEqual(
      named.filter((name) => scripts[name] === undefined),
      [],
    );
  });

  it('every config example of the README loads', () => {
    const examples = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)]
      .map(([, text = '']) => text)
      .filter((text) => 'nas' in (parse(text) as object));
    mkdirSync(folder.file('secrets'));
    writeFileSync(folder.file('secrets/nas01-api-key'), '1-abc');
    writeFileSync(folder.file('secrets/nas01.pem'), 'not read here');

    for (const [index, text] of examples.entries()) {
      const file = folder.file(`example-${index}.yaml`);
      writeFileSync(file, text);
      assert.equal(loadConfig({ file, env: { HOME: folder.path } }).config.nas.length, 1);
    }
    assert.ok(examples.length >= 1);
  });
});
