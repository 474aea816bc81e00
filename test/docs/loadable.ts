import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

const nas = [{ name: 'nas01', url: 'https://nas01.example.org', apiKeyFile: 'nas01-api-key' }];

/** Loads a config, or a part of one, in a folder where every file that it names exists. @throws ConfigError */
export function fitForLoading(fragment: Readonly<Record<string, unknown>>, folder: string): Config {
  const config = withFiles({ nas, ...fragment }, folder);
  const file = join(folder, 'strandline.yaml');
  writeFileSync(file, stringify(config));
  return loadConfig({ file, env: { HOME: folder } }).config;
}

function withFiles(value: unknown, folder: string, key = ''): unknown {
  if (typeof value === 'string' && /(?:File|^kubeconfig)$/.test(key)) {
    const file = join(folder, basename(value));
    writeFileSync(file, key === 'urlFile' ? 'https://example.org/hook' : 'example');
    return file;
  }
  if (Array.isArray(value)) return value.map((item) => withFiles(item, folder));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withFiles(child, folder, name)]));
}
