import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

/**
 * The results of a month in one zstd frame, one line each: a night differs little from the one before, so that thirty
 * take little more than one. The window reaches back 32 MB, over the night before of 10,000 volumes several times.
 */
const params = {
  [constants.ZSTD_c_compressionLevel]: 5,
  [constants.ZSTD_c_enableLongDistanceMatching]: 1,
  [constants.ZSTD_c_windowLog]: 25,
};

export interface ResultPack {
  add(json: Uint8Array): Promise<void>;
  end(): Promise<Uint8Array>;
}

export function createResultPack(): ResultPack {
  const stream = createZstdCompress({ params });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    async add(json) {
      stream.write(json);
      if (!stream.write('\n')) await once(stream, 'drain');
    },
    async end() {
      stream.end();
      await once(stream, 'end');
      return Buffer.concat(chunks);
    },
  };
}

/** One line of a pack, without holding the others. undefined when it has fewer lines. */
export async function readResultLine(pack: Uint8Array, index: number): Promise<string | undefined> {
  for await (const [i, line] of linesOf(pack)) if (i === index) return line;
  return undefined;
}

/** Every result of a part, whether it holds one or a month of them, in the order of its scans. */
export async function* linesOf(pack: Uint8Array): AsyncGenerator<readonly [number, string]> {
  const source = Readable.from([pack]).pipe(createZstdDecompress());
  let index = 0;
  for await (const line of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line === '') continue;
    yield [index, line];
    index += 1;
  }
}
