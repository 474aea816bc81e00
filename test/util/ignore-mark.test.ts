import assert from 'node:assert/strict';
import { ignoreOf } from '../../src/util/ignore-mark.ts';
import { makeDataset } from '../support/make-inventory.ts';

describe('[U] util/ignore-mark, on a dataset or snapshot', () => {
  const markOf = (properties: Record<string, string>) =>
    ignoreOf(
      makeDataset('tank/v', {
        userProperties: Object.fromEntries(
          Object.entries(properties).map(([name, value]) => [
            `strandline:${name}`,
            { value, source: 'LOCAL' as const },
          ]),
        ),
      }),
    );

  it('is a reason, with an end and an owner where they are given', () => {
    assert.deepEqual(markOf({ ignore: 'kept for audit' }), { reason: 'kept for audit' });
    assert.deepEqual(markOf({ ignore: 'kept', 'ignore-until': '2027-01-01', 'ignore-owner': 'ada' }), {
      reason: 'kept',
      until: '2027-01-01',
      owner: 'ada',
    });
  });

  it('is none without a reason', () => {
    assert.equal(markOf({}), undefined);
    assert.equal(markOf({ ignore: '' }), undefined);
    assert.equal(markOf({ ignore: '-' }), undefined);
    assert.equal(markOf({ 'ignore-until': '2027-01-01', 'ignore-owner': 'ada' }), undefined);
  });
});
