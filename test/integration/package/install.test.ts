import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const root = join(import.meta.dirname, '../../..');

describe('[I] npm pack', () => {
  const folder = useTemporaryFolder();
  const modules = folder.file('node_modules');
  const installed = join(modules, 'strandline');
  let packed: readonly string[] = [];

  /** What `npm install strandline.tgz` does, with the dependencies that are here already instead of a registry. */
  before(function () {
    this.timeout(180_000);
    execFileSync('npm', ['pack', '--pack-destination', folder.path, '--silent'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [tarball = ''] = readdirSync(folder.path).filter((name) => name.endsWith('.tgz'));
    packed = execFileSync('tar', ['tzf', folder.file(tarball)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    execFileSync('tar', ['xzf', folder.file(tarball), '-C', folder.path]);
    mkdirSync(modules);
    for (const name of readdirSync(join(root, 'node_modules'))) {
      if (name !== 'strandline') symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    renameSync(folder.file('package'), installed);
  });

  function strandline(...args: readonly string[]): string {
    const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      bin: { strandline: string };
    };
    return execFileSync(process.execPath, [join(installed, bin.strandline), ...args], {
      cwd: folder.path,
      encoding: 'utf8',
    });
  }

  it('holds what runs and what is read, and neither sources nor tests', () => {
    assert.ok(packed.includes('package/dist/src/main.js'));
    assert.ok(packed.includes('package/templates/report.hbs'));
    assert.ok(packed.includes('package/README.md'));
    assert.deepEqual(
      packed.filter((path) => /\.(test\.js|tgz)$|\/test\/|(?<!\.d)\.ts$/.test(path)),
      [],
    );
  });

  it('gives a command that a shell can start', () => {
    assert.match(readFileSync(join(installed, 'dist/src/main.js'), 'utf8'), /^#!\/usr\/bin\/env node\n/);
    assert.match(strandline('version'), /^strandline \d+\.\d+\.\d+/);
  });

  it('finds its templates, its fonts and a browser, and runs the demo', function () {
    this.timeout(240_000);

    const stdout = strandline('demo', '--out', folder.file('out'));

    assert.match(stdout, /report\.html/);
    assert.ok(existsSync(folder.file('out/report.html')));
    assert.ok(existsSync(folder.file('out/result.json')));
    assert.ok(existsSync(folder.file('out/report.pdf')));
  });
});
