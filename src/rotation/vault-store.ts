import { SourceError } from '../errors.ts';
import { Secret } from '../util/secret.ts';
import { stableId } from '../util/stable-id.ts';
import type { KeyStore } from './ports.ts';

/** What a KV v2 engine offers: all fields of one version, and a new version on top of that one. */
export interface Versions {
  readAll(path: string): Promise<Version>;
  write(path: string, version: Version): Promise<'written' | 'conflict'>;
}

export interface Version {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly version: number;
}

/** One field of one secret; the others are kept. Needs `read` and `update` on its data path. `at`: which Vault it is. */
export function createVaultStore(vault: Versions, at: string, path: string, field: string): KeyStore {
  const identity = stableId([at, path, field]).slice(0, 8);
  return {
    place: `vault:${path}#${field}`,
    async read() {
      const { fields, version } = await vault.readAll(path);
      const value = fields[field];
      if (typeof value === 'string' && value !== '')
        return { key: new Secret(value), version: String(version), identity };
      throw new SourceError('notFound', `vault: the secret ${path} has no field ${field}`, {
        remedy: 'Put a first API key there by hand; from then on it can be rotated.',
      });
    },
    async write(key, version) {
      const { fields, version: newest } = await vault.readAll(path);
      if (String(newest) !== version) return 'conflict';
      return vault.write(path, { fields: { ...fields, [field]: key.reveal() }, version: newest });
    },
  };
}
