import { buildManifestCopyKey, buildManifestKey } from './layout.ts';
import type { ObjectStore } from './object-store.ts';
import { encodeRecord, hash, type MonthManifest } from './records.ts';

/** False when another writer made this generation first: then nothing of ours holds. */
export async function writeManifest(objects: ObjectStore, manifest: MonthManifest): Promise<boolean> {
  const { deployment, month, generation } = manifest;
  const key = buildManifestKey(deployment, month, generation);
  const body = encodeRecord(manifest);
  if ((await objects.putIfAbsent(key, body)) === 'exists') {
    const there = await objects.get(key);
    if (there === undefined || hash(there) !== hash(body)) return false;
  }
  await objects.putIfAbsent(buildManifestCopyKey(deployment, month, generation), body);
  return true;
}
