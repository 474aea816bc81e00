import { hash } from 'node:crypto';

/**
 * Texts as 53-bit numbers, which a double holds exactly. Two different texts are taken for the same once in some hundred
 * fleets of a million volumes: whoever compares keys must be safe when that happens.
 */
export function keyOf(text: string): number {
  const digest = hash('sha1', text, 'buffer');
  return (digest.readUInt32LE(0) & 0x1f_ffff) * 0x1_0000_0000 + digest.readUInt32LE(4);
}

const keyEnd = 2 ** 53;

/** Sorted. */
export function packKeys(texts: Iterable<string>): string {
  const keys = Float64Array.from(new Set([...texts].map(keyOf))).sort();
  return Buffer.from(keys.buffer).toString('base64');
}

export function unpackKeys(packed: string): Float64Array {
  const bytes = Buffer.from(packed, 'base64');
  const aligned = new Uint8Array(bytes.length - (bytes.length % 8));
  aligned.set(bytes.subarray(0, aligned.length));
  return new Float64Array(aligned.buffer);
}

/** From `from` on and below `to`. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

/** All keys there can be, in ranges that each hold as many. */
export function splitKeys(ranges: number): KeyRange[] {
  const edge = (index: number) => Math.floor((keyEnd / ranges) * index);
  return Array.from({ length: ranges }, (_, index) => ({ from: edge(index), to: edge(index + 1) }));
}

/** Of sorted keys those in a range. */
export function keysWithin(keys: Float64Array, { from, to }: KeyRange): Float64Array {
  return keys.subarray(placeOf(keys, from), placeOf(keys, to));
}

function placeOf(keys: Float64Array, key: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? key) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Who holds a key, for millions of them: 12 bytes each in two flat arrays, where a Map would take a hundred. */
export interface KeyOwners {
  add(key: number, owner: number): void;
  eachOwner(key: number, visit: (owner: number) => void): void;
}

/** Keys are evenly spread: their place in the range is their place in the table, and sorted keys go through it in order. */
export function openKeyOwners(expected: number, { from, to }: KeyRange): KeyOwners {
  const size = Math.ceil(Math.max(16, expected * 1.5));
  const keys = new Float64Array(size).fill(Number.NaN);
  const owners = new Int32Array(size);
  const slotOf = (key: number) => Math.floor(((key - from) / (to - from)) * size) % size;
  return {
    add(key, owner) {
      let slot = slotOf(key);
      for (; !Number.isNaN(keys[slot]); slot = (slot + 1) % size) {
        if (keys[slot] === key && owners[slot] === owner) return;
      }
      keys[slot] = key;
      owners[slot] = owner;
    },
    eachOwner(key, visit) {
      for (let slot = slotOf(key); !Number.isNaN(keys[slot]); slot = (slot + 1) % size) {
        if (keys[slot] === key) visit(owners[slot] ?? -1);
      }
    },
  };
}
