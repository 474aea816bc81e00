import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { hash } from './records.ts';

/** What tells whether an object is the one that was written. */
export interface Digest {
  readonly sizeBytes: number;
  readonly sha256: string;
}

export function digestOf(body: Uint8Array): Digest {
  return { sizeBytes: body.byteLength, sha256: hash(body) };
}

const bufferBytes = 65_536;

/** Of a file of any size, through one small buffer. */
export async function digestFile(path: string): Promise<Digest> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(bufferBytes);
    const sha256 = createHash('sha256');
    let sizeBytes = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return { sizeBytes, sha256: sha256.digest('hex') };
      sha256.update(buffer.subarray(0, bytesRead));
      sizeBytes += bytesRead;
    }
  } finally {
    await file.close();
  }
}
