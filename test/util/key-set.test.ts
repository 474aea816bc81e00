import assert from 'node:assert/strict';
import { keyOf, keysWithin, openKeyOwners, packKeys, splitKeys, unpackKeys } from '../../src/util/key-set.ts';

const texts = Array.from({ length: 3000 }, (_, index) => `l:pvc-${index}`);

describe('[U] util/key-set', () => {
  it('gives back every key once, sorted', () => {
    const keys = unpackKeys(packKeys([...texts, ...texts]));

    assert.deepEqual(
      [...keys],
      texts.map(keyOf).toSorted((a, b) => a - b),
    );
  });

  it('gives back none of none', () => {
    assert.equal(unpackKeys(packKeys([])).length, 0);
    assert.equal(unpackKeys('').length, 0);
  });

  for (const ranges of [1, 2, 7, 100]) {
    it(`finds every owner of a key in one of ${ranges} ranges, and nobody else`, () => {
      const thirds = [0, 1, 2].map((owner) => texts.filter((_, index) => index % 3 === owner || index % 10 === 0));
      const lists = thirds.map((some) => unpackKeys(packKeys(some)));
      const found = new Map<number, number[]>();

      for (const range of splitKeys(ranges)) {
        const parts = lists.map((keys) => keysWithin(keys, range));
        const held = openKeyOwners(
          parts.reduce((sum, { length }) => sum + length, 0),
          range,
        );
        for (const [owner, keys] of parts.entries()) for (const key of keys) held.add(key, owner);
        for (const key of keysWithin(unpackKeys(packKeys(texts)), range)) {
          const holding: number[] = [];
          held.eachOwner(key, (owner) => holding.push(owner));
          found.set(key, holding.toSorted());
        }
      }

      for (const [index, text] of texts.entries()) {
        const owners = index % 10 === 0 ? [0, 1, 2] : [index % 3];
        assert.deepEqual(found.get(keyOf(text)), owners, text);
      }
      assert.equal(found.size, texts.length);
    });
  }
});
