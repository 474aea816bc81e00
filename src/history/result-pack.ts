import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

/**
 * The results of a month in one zstd frame, one line each: a night differs little from the one before, so that thirty
 * take little more than one. The window reaches back 32 MB, over the night before of 10,000 volumes several times.
 */
const params = {
  [constants.ZSTD_c_compressionLevel]: 3,
  [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  [constants.ZSTD_c_windowLog]: 25,
};
const chunkSize = 1 << 20;
const newline = 0x0a;

export interface ResultPack {
  /** Takes over the results of a part, whether it holds one or many. */
  add(part: Uint8Array): Promise<void>;
  end(): Promise<Uint8Array>;
}

export function createResultPack(): ResultPack {
  const stream = createZstdCompress({ params, chunkSize });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const write = async (bytes: Uint8Array): Promise<void> => {
    if (!stream.write(bytes)) await once(stream, 'drain');
  };
  return {
    async add(part) {
      let last: number | undefined = newline;
      for await (const chunk of decompress(part)) {
        await write(chunk);
        last = chunk.at(-1);
      }
      if (last !== newline) await write(Uint8Array.of(newline));
    },
    async end() {
      stream.end();
      await once(stream, 'end');
      return Buffer.concat(chunks);
    },
  };
}

/** How many results a pack holds. */
export async function countResults(pack: Uint8Array): Promise<number> {
  let lines = 0;
  for await (const chunk of decompress(pack)) {
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines += 1;
  }
  return lines;
}

/** Without holding the others. undefined when it has fewer. */
export async function readResultLine(pack: Uint8Array, index: number): Promise<string | undefined> {
  let at = 0;
  for await (const line of createInterface({ input: decompress(pack), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue;
    if (at === index) return line;
    at += 1;
  }
  return undefined;
}

function decompress(pack: Uint8Array) {
  return Readable.from([pack]).pipe(createZstdDecompress({ chunkSize }));
}
