import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import { promisesOfObjectStore } from '../contract/object-store.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';

describe('[U] history/object-store in memory', () => {
  promisesOfObjectStore(async () => {
    const objects = openMemoryObjects();
    return [objects, objects];
  });
});

describe('[U] history/local-objects', () => {
  const folders: string[] = [];
  after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
  promisesOfObjectStore(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strandline-objects-'));
    folders.push(folder);
    const root = join(folder, 'not yet [there]');
    return [openLocalObjects(root), openLocalObjects(root)];
  });
});
