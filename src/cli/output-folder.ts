import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';

/** Makes the folder and tries it, before anything is read. @throws ConfigError with the path. */
export async function prepareOutputFolder(folder: string, key: string): Promise<string> {
  const path = resolve(folder);
  const trial = join(path, `.strandline-${randomUUID()}`);
  try {
    await mkdir(path, { recursive: true });
    await writeFile(trial, '', { flag: 'wx' });
    await rm(trial);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new ConfigError(`${path}: the output folder cannot be written (${code})`, {
      cause,
      remedy: `Correct ${key}, or the owner and permissions of the folder.`,
    });
  }
  return path;
}
