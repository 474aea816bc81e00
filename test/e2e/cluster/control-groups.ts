import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

/**
 * A control group of its own for the pods of a slot. A kubelet ends whatever it does not know below its root: below one
 * root two kubelets on a machine would kill each other's pods.
 */
export async function makeControlGroup(name: string): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    const folder = join(hierarchy, name);
    await mkdir(folder, { recursive: true });
    // Version 1: a new cpuset is empty, and takes no process until it has these.
    for (const file of ['cpuset.mems', 'cpuset.cpus']) {
      const inherited = join(hierarchy, file);
      if (existsSync(inherited)) await writeFile(join(folder, file), await readFile(inherited, 'utf8'));
    }
  }
}

/** From the leaves up; what still holds a process stays. */
export async function removeControlGroup(name: string): Promise<void> {
  for (const hierarchy of await hierarchies()) await removeBelow(join(hierarchy, name));
}

/** One folder per controller (version 1), or one for all (version 2). */
async function hierarchies(): Promise<string[]> {
  if (existsSync(join(root, 'cgroup.controllers'))) return [root];
  const entries = await readdir(root, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
}

async function removeBelow(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeBelow(join(folder, entry.name));
  await rmdir(folder).catch(() => {});
}
