import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';
import type { Share, SourceInventory } from '../model/share.ts';

/**
 * A share as it is stored: a line of the head and lines of the inventory, each part compressed by itself, and before them what
 * tells where they begin and whether both are whole. `zstd -d` skips the latter and prints the lines.
 */
const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

const Index = z.object({ headBytes: z.int(), rawHeadBytes: z.int(), rawInventoryBytes: z.int(), sha256: z.string() });
type Index = z.infer<typeof Index>;

interface Opened {
  readonly index: Index;
  readonly head: Uint8Array;
  readonly inventory: Uint8Array;
}

export async function encodeShare({ head, inventory }: Share): Promise<Uint8Array> {
  const rawHead = Buffer.from(`${JSON.stringify(head)}\n`);
  const rawInventory = Buffer.from(toLines(inventory));
  const [first, second] = await Promise.all([pack(rawHead), pack(rawInventory)]);
  const index: Index = {
    headBytes: first.length,
    rawHeadBytes: rawHead.length,
    rawInventoryBytes: rawInventory.length,
    sha256: digest(first, second),
  };
  return Buffer.concat([toSkippable(JSON.stringify(index)), first, second]);
}

/** undefined when a byte of the whole is not as it was written, or it is no share of this form. */
export async function decodeHead(file: Uint8Array): Promise<unknown> {
  const opened = open(file);
  if (opened === undefined || digest(opened.head, opened.inventory) !== opened.index.sha256) return undefined;
  return JSON.parse(String(await unpack(opened.head, opened.index.rawHeadBytes)));
}

/** Of a share whose head was decoded before: it is known to be whole. */
export async function decodeLines(file: Uint8Array): Promise<SourceInventory> {
  const opened = open(file);
  if (opened === undefined) throw new Error('no share');
  return fromLines(await unpack(opened.inventory, opened.index.rawInventoryBytes));
}

/** A line for each list, so that the text of only one is in memory at a time. */
function toLines({ sections, ...about }: SourceInventory): string {
  const lines = [about, ...Object.entries(sections)].map((line) => JSON.stringify(line));
  return `${lines.join('\n')}\n`;
}

function fromLines(raw: Buffer): SourceInventory {
  const lines: unknown[] = [];
  for (let from = 0, to = 0; from < raw.length; from = to + 1) {
    to = raw.indexOf(newline, from);
    lines.push(JSON.parse(raw.toString('utf8', from, to)));
  }
  const [about, ...sections] = lines as [object, ...(readonly [string, unknown])[]];
  return { ...about, sections: Object.fromEntries(sections) } as unknown as SourceInventory;
}

const newline = '\n'.charCodeAt(0);

async function pack(raw: Uint8Array): Promise<Buffer> {
  return compress(raw, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

/** In one piece: collected by small pieces, a large one costs more than its decompression. */
async function unpack(packed: Uint8Array, rawBytes: number): Promise<Buffer> {
  return decompress(packed, { chunkSize: Math.max(rawBytes, 64) });
}

function digest(...pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** A frame that every reader of zstd passes over: magic number, length, anything. */
const skippable = 0x18_4d_2a_50;
const skippableHeaderBytes = 8;

function toSkippable(text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(skippableHeaderBytes);
  header.writeUInt32LE(skippable, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}

function open(file: Uint8Array): Opened | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length < skippableHeaderBytes || bytes.readUInt32LE(0) !== skippable) return undefined;
  const start = skippableHeaderBytes + bytes.readUInt32LE(4);
  const index = parseIndex(bytes.toString('utf8', skippableHeaderBytes, start));
  if (index === undefined) return undefined;
  const middle = start + index.headBytes;
  return { index, head: bytes.subarray(start, middle), inventory: bytes.subarray(middle) };
}

function parseIndex(text: string): Index | undefined {
  try {
    return Index.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
