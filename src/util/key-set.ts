import { hash } from 'node:crypto';

/**
 * Texts as 53-bit numbers, which a double holds exactly. Two different texts are taken for the same once in some hundred
 * fleets of a million volumes: whoever compares keys must be safe when that happens.
 */
export function keyOf(text: string): number {
  const digest = hash('sha1', text, 'buffer');
  return (digest.readUInt32LE(0) & 0x1f_ffff) * 0x1_0000_0000 + digest.readUInt32LE(4);
}

export function packKeys(texts: Iterable<string>): string {
  const keys = Float64Array.from(new Set([...texts].map(keyOf))).sort();
  return Buffer.from(keys.buffer).toString('base64');
}

export function unpackKeys(packed: string): Float64Array {
  const bytes = Buffer.from(packed, 'base64');
  const keys = new Float64Array(Math.floor(bytes.length / 8));
  for (let index = 0; index < keys.length; index += 1) keys[index] = bytes.readDoubleLE(index * 8);
  return keys;
}

/** Who holds a key, for many millions of them: 12 bytes each in two flat arrays, where a Map would take a hundred. */
export interface KeyOwners {
  add(key: number, owner: number): void;
  ownersOf(key: number): number[];
}

export function openKeyOwners(expected: number): KeyOwners {
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, expected * 1.5)));
  const keys = new Float64Array(size).fill(Number.NaN);
  const owners = new Int32Array(size);
  const slotOf = (key: number) => key % size;
  return {
    add(key, owner) {
      let slot = slotOf(key);
      for (; !Number.isNaN(keys[slot]); slot = (slot + 1) % size) {
        if (keys[slot] === key && owners[slot] === owner) return;
      }
      keys[slot] = key;
      owners[slot] = owner;
    },
    ownersOf(key) {
      const found: number[] = [];
      for (let slot = slotOf(key); !Number.isNaN(keys[slot]); slot = (slot + 1) % size) {
        if (keys[slot] === key) found.push(owners[slot] ?? -1);
      }
      return found;
    },
  };
}
