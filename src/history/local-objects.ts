import { randomUUID } from 'node:crypto';
import { type link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { HistoryError } from '../errors.ts';
import { digestFile } from './digest.ts';
import { codeOf, orUndefined } from './file-errors.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { type AtStep, type Published, publishFile } from './publish-file.ts';
import { hash } from './records.ts';

/** Temporary files lie here, in the same file system as their target; a leading dot hides them from every reader. */
export const temporaryFolder = '.tmp';

/** For tests: where to kill or hold the process, and a file system without hard links. */
export interface LocalFaults {
  readonly atStep?: AtStep;
  readonly link?: typeof link;
}

/** A directory, also on NFS: temp file, fsync, link (which fails when the name is taken), fsync of the folder. */
export function openLocalObjects(directory: string, faults: LocalFaults = {}): ObjectStore {
  const { atStep = () => {} } = faults;
  const root = resolve(directory);
  const pathOf = (key: string): string => join(root, ...key.split('/'));
  return {
    place: root,
    localPath: pathOf,
    putIfAbsent: (key, body) =>
      translate(root, `write ${key}`, async () => {
        for (;;) {
          const published = await putFile(root, key, body, faults);
          if (published !== 'displaced') return published;
        }
      }),
    replace: (key, body) =>
      translate(root, `replace ${key}`, async () => {
        const temporary = await writeTemporary(root, body, atStep);
        await makeFolder(dirname(pathOf(key)), root);
        await atStep(`rename ${key}`);
        await rename(temporary, pathOf(key));
        await syncFolder(dirname(pathOf(key)));
      }),
    get: (key) => translate(root, `read ${key}`, () => orUndefined(readFile(pathOf(key)))),
    digest: (key) => translate(root, `read ${key}`, () => orUndefined(digestFile(pathOf(key)))),
    list: (prefix) => translate(root, `list ${prefix}`, () => listFiles(root, prefix)),
    delete: (key) =>
      translate(root, `delete ${key}`, async () => {
        await atStep(`unlink ${key}`);
        await orUndefined(unlink(pathOf(key)));
      }),
    sweepTemporary: (olderThan) => translate(root, 'clean up', () => sweepTemporary(root, olderThan)),
  };
}

async function putFile(root: string, key: string, body: Uint8Array, faults: LocalFaults): Promise<Published> {
  const { atStep = () => {}, link } = faults;
  const target = join(root, ...key.split('/'));
  const claim = join(root, temporaryFolder, `${hash(Buffer.from(key))}.claim`);
  const temporary = await writeTemporary(root, body, atStep);
  try {
    await makeFolder(dirname(target), root);
    const published = await publishFile(temporary, target, claim, atStep, link);
    if (published !== 'created') return published;
    await atStep(`sync folder of ${target}`);
    await syncFolder(dirname(target));
    return 'created';
  } finally {
    await rm(temporary, { force: true });
  }
}

/** What a killed writer left. */
async function sweepTemporary(root: string, olderThan: Date): Promise<number> {
  const folder = join(root, temporaryFolder);
  let swept = 0;
  for (const name of (await orUndefined(readdir(folder))) ?? []) {
    const facts = await orUndefined(stat(join(folder, name)));
    if (facts === undefined || facts.mtime >= olderThan) continue;
    await rm(join(folder, name), { force: true, recursive: true });
    swept += 1;
  }
  return swept;
}

async function writeTemporary(root: string, body: Uint8Array, atStep: AtStep): Promise<string> {
  await atStep('create temporary');
  const folder = join(root, temporaryFolder);
  await mkdir(folder, { recursive: true });
  const path = join(folder, randomUUID());
  const file = await open(path, 'wx', 0o640);
  try {
    await file.writeFile(body.subarray(0, body.byteLength / 2));
    await atStep('half of temporary');
    await file.writeFile(body.subarray(body.byteLength / 2));
    await atStep('sync temporary');
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return path;
}

/** Creates the folder and makes each new level durable in its parent. */
async function makeFolder(folder: string, root: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let level = folder; level.length >= first.length; level = dirname(level)) await syncFolder(dirname(level));
  if (first.length <= root.length) await syncFolder(dirname(root));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems refuse fsync on a directory; they order these operations themselves.
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF', 'EPERM'].includes(codeOf(error))) throw error;
  } finally {
    await handle.close();
  }
}

async function listFiles(root: string, prefix: string): Promise<StoredObject[]> {
  const folder = join(root, ...prefix.split('/'));
  const entries = (await orUndefined(readdir(folder, { withFileTypes: true, recursive: true }))) ?? [];
  const found: StoredObject[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const key = path
      .slice(root.length + 1)
      .split(sep)
      .join('/');
    if (key.startsWith('.')) continue;
    const facts = await orUndefined(stat(path));
    if (facts !== undefined) found.push({ key, sizeBytes: facts.size, modifiedAt: facts.mtime.toISOString() });
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function translate<T>(root: string, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new HistoryError(`History in ${root}: could not ${what} (${codeOf(error) || 'unknown error'})`, {
      cause: error,
      remedy: 'Check that the directory is mounted, has free space and belongs to the user that runs the scan.',
    });
  }
}
