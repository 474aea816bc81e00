import assert from 'node:assert/strict';
import type { DeclaredBackend } from '../../../src/model/options.ts';
import { partitionFleet, unpackAll } from '../../../src/run/fleet/partition.ts';
import { sharesOf } from '../../support/join-fleet.ts';
import { crossFleet, crossings, makeFleet } from '../../support/make-fleet.ts';

describe('[U] run/fleet/partition', () => {
  it('makes the same parts whether it compares all keys at a time or a few', () => {
    const tied = [];
    for (const [index, name] of Object.keys(crossings).entries()) {
      const plain = makeFleet(index + 1, { groups: 4, volumesEach: 50 });
      const { inventory, config } = crossFleet(plain, index + 1, [name, name]);
      const sources = sharesOf(inventory).map(({ head: { keys, ...head } }) => ({ ...head, keys: unpackAll(keys) }));
      const backends = config['backends'] as DeclaredBackend[];

      const parts = partitionFleet(sources, backends);

      assert.deepEqual(partitionFleet(sources, backends, 50), parts, name);
      const cut = sources.map((source) => ({ ...source, keys: unpackAll({ keys: '' }) }));
      if (partitionFleet(cut, backends).length > parts.length) tied.push(name);
    }
    assert.ok(tied.length > 5, `only ${tied} were tied by keys`);
  });
});
