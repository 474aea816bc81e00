import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rules } from '../../src/validation/rules/index.ts';
import { buildRuleIndex, buildRulePage } from './rule-page.ts';

const folder = join(import.meta.dirname, '../../docs/rules');

describe('[U] docs/rules', () => {
  for (const { meta } of rules) {
    it(`${meta.id}.md is up to date`, () => {
      assertSame(`${meta.id}.md`, buildRulePage(meta));
    });
  }

  it('the index is up to date', () => {
    const introduction = readFileSync(join(import.meta.dirname, 'rules-introduction.md'), 'utf8');

    assertSame(
      'README.md',
      buildRuleIndex(
        rules.map(({ meta }) => meta),
        introduction,
      ),
    );
  });

  it('holds no page of a rule that is not there', () => {
    const pages = [...rules.map(({ meta }) => `${meta.id}.md`), 'README.md'].sort();

    assert.deepEqual(readdirSync(folder).sort(), pages);
  });
});

function assertSame(name: string, expected: string): void {
  const path = join(folder, name);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, expected);
  }
  assert.equal(
    existsSync(path) ? readFileSync(path, 'utf8') : '',
    expected,
    `docs/rules/${name}: npm run docs:generate`,
  );
}
