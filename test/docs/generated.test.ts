import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedBlocks, generatedFiles, replaceBlock } from './generate.ts';

const root = join(import.meta.dirname, '../..');

describe('[U] docs/generated', () => {
  for (const { file, build } of generatedFiles) {
    it(`${file} is up to date`, () => {
      assertSame(file, build());
    });
  }

  for (const { file, name, build } of generatedBlocks) {
    it(`the block ${name} of ${file} is up to date`, () => {
      assertSame(file, replaceBlock(read(file), name, build()));
    });
  }
});

function assertSame(file: string, expected: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(join(root, file), expected);
  assert.equal(read(file), expected, `${file} is old: npm run docs:generate`);
}

function read(file: string): string {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
