import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the tests of one `describe`, removed after them. Call inside `describe`. */
export function useTemporaryFolder(): { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'strandline-'));
  after(() => rmSync(path, { recursive: true, force: true }));
  return { path, file: (name) => join(path, name) };
}
