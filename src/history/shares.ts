import { HistoryError } from '../errors.ts';
import type { SourceId } from '../model/collected.ts';
import {
  InventoryShape,
  type Share,
  type ShareHead,
  ShareHeadShape,
  type SourceInventory,
  shareFormatVersion,
} from '../model/share.ts';
import { escapeValue } from './layout.ts';
import type { ObjectStore } from './object-store.ts';
import { decodeHead, decodeLines, encodeShare } from './share-file.ts';

/** Enough to find one of a NAS that is older than every cluster's, and little enough to keep. */
const kept = 5;

const folderOf = (source: SourceId): string => `inventory/source=${escapeValue(source)}/`;

/** Stores one share under its time, and drops what is older than the last few of its source. @throws HistoryError */
export async function putShare(objects: ObjectStore, share: Share): Promise<string> {
  const { source, readFrom, scanId } = share.head;
  const stamp = readFrom.replaceAll(/[-:]|\.\d+/g, '');
  const key = `${folderOf(source)}${stamp}-${escapeValue(scanId)}.jsonl.zst`;
  await objects.putIfAbsent(key, await encodeShare(share));
  const keys = await listShares(objects, source);
  for (const old of keys.slice(kept)) await objects.delete(old);
  return key;
}

/** Keys of the shares of one source, newest first. @throws HistoryError */
export async function listShares(objects: ObjectStore, source: SourceId): Promise<readonly string[]> {
  const stored = await objects.list(folderOf(source));
  return stored
    .map(({ key }) => key)
    .toSorted()
    .reverse();
}

/** When the share under this key was begun, by its name alone. */
export function shareTime(key: string): Date | undefined {
  const [, year, month, day, hour, minute, second] = /\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[^/]*$/.exec(key) ?? [];
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** @throws HistoryError when any of it is damaged, of another source, or of another release. */
export async function readShareHead(objects: ObjectStore, key: string, source: SourceId): Promise<ShareHead> {
  const parsed = await decodeHead(await getShare(objects, key));
  if (parsed === undefined) throw damaged(objects, key, 'it is damaged, or of another release');
  const { formatVersion } = parsed as { readonly formatVersion?: unknown };
  if (typeof formatVersion === 'number' && formatVersion !== shareFormatVersion)
    throw damaged(objects, key, `it is of another release (version ${formatVersion}, not ${shareFormatVersion})`);
  const head = ShareHeadShape.safeParse(parsed);
  if (!head.success) throw damaged(objects, key, 'it is no inventory');
  if (head.data.source !== source) throw damaged(objects, key, `it is of ${head.data.source}`);
  return head.data as unknown as ShareHead;
}

/** As it is stored, for `decodeInventory` wherever that runs. @throws HistoryError when it is gone. */
export async function getShare(objects: ObjectStore, key: string): Promise<Uint8Array> {
  const body = await objects.get(key);
  if (body === undefined) throw damaged(objects, key, 'it is gone');
  return body;
}

/** Of a share whose head was read before. @throws HistoryError */
export async function decodeInventory(body: Uint8Array): Promise<SourceInventory> {
  const inventory = await decodeLines(body);
  if (InventoryShape.safeParse(inventory).success) return inventory;
  throw new HistoryError('a share holds no inventory', {
    remedy: 'Run the share again: `strandline collect --share`.',
  });
}

function damaged(objects: ObjectStore, key: string, why: string): HistoryError {
  return new HistoryError(`${objects.place}/${key} cannot be used: ${why}`, {
    remedy: 'Run the share again: `strandline collect --share`.',
  });
}
