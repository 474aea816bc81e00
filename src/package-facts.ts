import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface PackageFacts {
  readonly version: string;
  readonly root: string;
  /** Set by the build of a release. */
  readonly commit?: string;
}

/** From package.json, which stands above `src/` in the repository and above `dist/` in the package. */
export function readPackageFacts(): PackageFacts {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as {
        readonly name?: string;
        readonly version?: string;
      };
      const commit = process.env['STRANDLINE_COMMIT'];
      if (name === 'strandline') return { version: version ?? '0.0.0', root: folder, ...(commit && { commit }) };
    }
    if (dirname(folder) === folder) throw new Error('package.json is missing from the installation');
  }
}
