import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { newRandom } from '../../../fixtures/builder/random.ts';
import { inTurns } from '../../../src/run/fleet/in-turns.ts';

const weightOf = (weight: number) => weight;

describe('[U] run/fleet/in-turns', () => {
  it('never has more at work than the width, nor heavier than the most, and leaves nothing out', async () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const random = newRandom(seed);
      const items = Array.from({ length: random.int(0, 40) }, () => random.int(1, 12));
      const [width, most] = [random.int(1, 4), random.int(5, 20)];
      const atWork: number[] = [];

      const results = await inTurns(items, { width, most, weightOf }, async (item, index) => {
        atWork.push(item);
        const weight = atWork.reduce((sum, one) => sum + one, 0);
        assert.ok(atWork.length <= width && (weight <= most || atWork.length === 1), `${atWork} of ${most}`);
        for (let turn = random.int(0, 5); turn > 0; turn -= 1) await setImmediate();
        atWork.splice(atWork.indexOf(item), 1);
        return `${index}: ${item}`;
      });

      assert.deepEqual(
        results,
        items.map((item, index) => `${index}: ${item}`),
      );
    }
  });

  it('takes a lighter one beside a heavy one', async () => {
    const begun: number[] = [];

    await inTurns([9, 8, 2], { width: 2, most: 11, weightOf }, async (item) => {
      begun.push(item);
      await setImmediate();
    });

    assert.deepEqual(begun, [9, 2, 8]);
  });

  it('fails with what failed, also beside others', async () => {
    const work = async (item: number) => {
      await setImmediate();
      if (item === 2) throw new Error('no');
    };

    await assert.rejects(inTurns([1, 2, 3], { width: 2, most: 9, weightOf }, work), /^Error: no$/);
  });
});
