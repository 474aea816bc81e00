import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../errors.ts';

/** Makes the folder and tries it, before anything is read. @throws ConfigError with the path. */
export async function prepareOutputFolder(folder: string, key: string): Promise<string> {
  const path = resolve(folder);
  const trial = join(path, `.strandline-${randomUUID()}`);
  try {
    await makeFolder(path);
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

/** With its parents. Not `recursive: true`: Node tries for ever where a parent is there and takes no folder (`/proc`). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}
