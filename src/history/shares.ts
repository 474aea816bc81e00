import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { HistoryError } from '../errors.ts';
import type { SourceId } from '../model/collected.ts';
import { type Share, ShareShape, shareFormatVersion } from '../model/share.ts';
import { escapeValue } from './layout.ts';
import type { ObjectStore } from './object-store.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Enough to find one of a NAS that is older than every cluster's, and little enough to keep. */
const kept = 5;

const folderOf = (source: SourceId): string => `inventory/source=${escapeValue(source)}/`;

/** Stores one share under its time, and drops what is older than the last few of its source. @throws HistoryError */
export async function putShare(objects: ObjectStore, share: Share): Promise<string> {
  const stamp = share.readFrom.replaceAll(/[-:]|\.\d+/g, '');
  const key = `${folderOf(share.source)}${stamp}-${escapeValue(share.scanId)}.json.zst`;
  await objects.putIfAbsent(key, await compress(Buffer.from(JSON.stringify(share))));
  const keys = await listShares(objects, share.source);
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

/** @throws HistoryError when it is damaged, of another source, or of a newer release. */
export async function readShare(objects: ObjectStore, key: string, source: SourceId): Promise<Share> {
  const body = await objects.get(key);
  if (body === undefined) throw damaged(objects, key, 'it is gone');
  const text = await decompress(body).then(String, () => undefined);
  const parsed = ShareShape.safeParse(parseJson(text));
  if (!parsed.success) throw damaged(objects, key, 'it is damaged or no inventory');
  const { formatVersion } = parsed.data;
  if (formatVersion > shareFormatVersion)
    throw damaged(objects, key, `it is of a newer release (version ${formatVersion})`);
  if (parsed.data.source !== source) throw damaged(objects, key, `it is of ${parsed.data.source}`);
  return parsed.data as unknown as Share;
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(objects: ObjectStore, key: string, why: string): HistoryError {
  return new HistoryError(`${objects.place}/${key} cannot be used: ${why}`, {
    remedy: 'Run the share again: `strandline collect --share`.',
  });
}
