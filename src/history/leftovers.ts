import { basename } from 'node:path';
import { readLedger } from './ledger.ts';
import type { ObjectStore, StoredObject } from './object-store.ts';
import { tableNames } from './tables.ts';

export interface Leftovers {
  /** Written by us, named by no record: a scan that never ended, or one that is being written now. */
  readonly uncommitted: readonly StoredObject[];
  /** Not written by us. Never deleted. */
  readonly foreign: readonly StoredObject[];
}

const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** What lies in the folders of history without a record of any deployment naming it. */
export async function findLeftovers(objects: ObjectStore): Promise<Leftovers> {
  const listed: StoredObject[] = [];
  // Listed before the records are read: what is committed in between is then named.
  for (const folder of [...tableNames, 'results']) listed.push(...(await objects.list(`${folder}/`)));
  const { manifests, parts, damaged } = await readLedger(objects);
  const named = new Set([...parts.map(({ key }) => key), ...manifests.flatMap(({ replaces }) => replaces)]);
  // A record that cannot be read may name anything: of its scan, or of its month, nothing is left over.
  const unreadScans = new Set(damaged.map(({ name }) => nameOf(name)));
  const isManifestLost = damaged.some(({ name }) => name.startsWith('manifests/'));
  const uncommitted: StoredObject[] = [];
  const foreign: StoredObject[] = [];
  for (const object of listed.filter(({ key }) => !named.has(key))) {
    if (isManifestLost || unreadScans.has(nameOf(object.key))) continue;
    if (await isOurs(objects, object.key)) uncommitted.push(object);
    else foreign.push(object);
  }
  return { uncommitted, foreign };
}

/** The scan's id, still escaped. */
const nameOf = (key: string): string => basename(key).replace(/\.(parquet|json|json\.zst)$/, '');

async function isOurs(objects: ObjectStore, key: string): Promise<boolean> {
  const body = Buffer.from((await objects.get(key)) ?? []);
  if (key.endsWith('.parquet')) return body.subarray(-65_536).includes('strandline_format');
  return key.endsWith('.json.zst') && body.subarray(0, 4).equals(zstdMagic);
}
