import { link, mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, orUndefined } from './file-errors.ts';

/** Called and awaited before each step that changes the disk: tests kill or hold the process there. */
export type AtStep = (step: string) => unknown;

/** `displaced`: another writer took us for dead; the temporary file is gone and nothing of ours is there. */
export type Published = 'created' | 'exists' | 'displaced';

/** Gives a finished temporary file its name, if that is free. `claim`: a path of our own for this name. */
export async function publishFile(
  temporary: string,
  target: string,
  claim: string,
  atStep: AtStep,
  linkFile: typeof link = link,
): Promise<Published> {
  await atStep(`link ${target}`);
  try {
    await linkFile(temporary, target);
    return 'created';
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'exists';
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error))) throw error;
    return publishWithoutLinks(temporary, target, claim, atStep);
  }
}

const tries = 10;
const pauseMs = 100;

/**
 * For file systems without hard links (CIFS, some FUSE). The file moves into a folder, the folder to the place of the
 * claim, which fails while another one lies there, and from there the file moves to its name. Only a file in the claim
 * can be published, so a claim that was left by a killed writer may be moved aside at any time: should its owner live,
 * its last move fails.
 */
async function publishWithoutLinks(
  temporary: string,
  target: string,
  claim: string,
  atStep: AtStep,
): Promise<Published> {
  const folder = `${temporary}.own`;
  const name = basename(temporary);
  await atStep(`make folder for ${target}`);
  await mkdir(folder);
  try {
    await atStep(`move into folder for ${target}`);
    await rename(temporary, join(folder, name));
    if (!(await takeClaim(folder, target, claim, atStep))) return 'exists';
    if (await isThere(target)) return 'exists';
    await atStep(`publish ${target}`);
    return (await move(join(claim, name), target)) ? 'created' : 'displaced';
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(join(claim, name), { force: true });
    await atStep(`give back the claim on ${target}`);
    await rmdir(claim).catch(() => undefined); // gone, or another writer's already
  }
}

/** False when the name is taken meanwhile. */
async function takeClaim(folder: string, target: string, claim: string, atStep: AtStep): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    if (await isThere(target)) return false;
    await atStep(`claim ${target}`);
    if (await move(folder, claim)) return true;
    if (attempt % tries !== 0) await sleep(pauseMs);
    else await moveAside(claim, `${folder}.left-${attempt}`, atStep);
  }
}

async function moveAside(claim: string, aside: string, atStep: AtStep): Promise<void> {
  await atStep(`move aside ${claim}`);
  if (await move(claim, aside)) await rm(aside, { recursive: true, force: true });
}

/** False when the source is gone or the place is taken. */
async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return false;
    throw error;
  }
}

const isThere = async (path: string): Promise<boolean> => (await orUndefined(stat(path))) !== undefined;
