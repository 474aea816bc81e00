import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The expected text below test/. `UPDATE_GOLDEN=1` writes what was got instead; the reviewer reads the difference. */
export function readGolden(path: string, got: string): string {
  const file = join(import.meta.dirname, '..', path);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, got);
  return readFileSync(file, 'utf8');
}
