import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkIds } from '../../src/model/finding.ts';
import { detectors } from '../../src/orphans/index.ts';
import { buildCheckIndex, buildCheckPage } from './check-page.ts';

const folder = join(import.meta.dirname, '../../docs/checks');

describe('[U] docs/checks', () => {
  it('compares a page for every check of the catalogue', () => {
    assert.ok(detectors.length > 0);
    assert.deepEqual(detectors.map(({ meta }) => meta.id).sort(), [...checkIds].sort());
  });

  for (const { meta } of detectors) {
    it(`${meta.id}.md is up to date, with notes on how to verify it by hand`, () => {
      const notes = read(`notes/${meta.id}.md`);
      const commands = [...notes.matchAll(/^(?:kubectl|midclt call|velero|strandline) .+/gm)];

      assert.ok(commands.length > 0, 'no command');
      assert.match(notes, /^## When it is not what it looks like\n\n- /m);
      assertSame(`${meta.id}.md`, buildCheckPage(meta, notes));
    });
  }

  it('the index is up to date', () => {
    assertSame('README.md', buildCheckIndex(detectors.map(({ meta }) => meta)));
  });

  it('holds no page and no notes of a check that is not there', () => {
    const pages = [...detectors.map(({ meta }) => `${meta.id}.md`), 'README.md'].sort();
    const known = (path: string) =>
      readdirSync(path)
        .filter((name) => name.endsWith('.md'))
        .sort();

    assert.deepEqual(known(folder), pages);
    assert.deepEqual(
      known(join(folder, 'notes')),
      pages.filter((name) => name !== 'README.md'),
    );
  });
});

function assertSame(name: string, expected: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(join(folder, name), expected);
  assert.equal(read(name), expected, `docs/checks/${name} is old: npm run docs:generate`);
}

function read(name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
