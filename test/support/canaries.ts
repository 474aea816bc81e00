import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { openDuck } from '../../src/history/duck.ts';

/** Secrets that nobody else could have made up: where one turns up, it was leaked. */
export class Canaries {
  readonly #planted = new Map<string, string>();

  /** A new canary for a slot; asked again it is the same. */
  plant(slot: string): string {
    const known = this.#planted.get(slot);
    if (known !== undefined) return known;
    const text = `canary${randomBytes(12).toString('hex')}`;
    this.#planted.set(slot, text);
    return text;
  }

  /** A secret that was made elsewhere: a key, for example. */
  add(slot: string, text: string): void {
    this.#planted.set(slot, text);
  }

  get slots(): readonly string[] {
    return [...this.#planted.keys()];
  }

  /** Which slots leaked into a text, as it is or in base64 (at every alignment), hex or URL encoding. */
  leakedInto(text: string): readonly string[] {
    return [...this.#planted]
      .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([slot]) => slot);
  }
}

function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const whole = Buffer.from(`${'x'.repeat(shift)}${secret}`)
      .toString('base64')
      .replace(/=+$/, '');
    return whole.slice(shift === 0 ? 0 : 4, -1);
  });
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex'), ...base64];
}

/** The content of every file below a folder as text; Parquet, gzip and zstd are unpacked, file names count too. */
export async function textsBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  if (!existsSync(folder)) return texts;
  const duck = await openDuck({ memoryLimit: '256MB', temporary: folder });
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      const rows = path.endsWith('.parquet') ? await duck.query(`SELECT * FROM read_parquet('${path}')`) : [];
      texts.set(
        path,
        `${path}\n${textOf(bytes)}\n${JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`,
      );
    }
  } finally {
    duck.close();
  }
  return texts;
}

/** As it is, unpacked, and with every long run of base64 (mail, data URLs) decoded beside it. */
export function textOf(bytes: Buffer): string {
  const raw = unpack(bytes).toString('latin1');
  const joined = raw.replaceAll(/=\r?\n/g, '');
  const decoded = (raw.match(/(?:[A-Za-z0-9+/]{40,}={0,2}\r?\n?)+/g) ?? []).map((block) =>
    unpack(Buffer.from(block, 'base64')).toString('latin1'),
  );
  return [raw, joined, ...decoded].join('\n');
}

function unpack(bytes: Buffer): Buffer {
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes);
    if (bytes.length > 4 && bytes.readUInt32LE(0) === 0xfd2fb528) return zstdDecompressSync(bytes);
  } catch {
    // only looked like it
  }
  return bytes;
}
