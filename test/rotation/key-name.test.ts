import assert from 'node:assert/strict';
import { formatKeyName, parseKeyName } from '../../src/rotation/key-name.ts';

describe('[U] rotation/key-name', () => {
  const ours = { deployment: 'prod', nas: 'nas01', store: '3fa9c2d1' };
  const name = formatKeyName({ ...ours, replaces: 17, runId: '20261124T020000Z-1f3a9c2b' });

  it('says which key it takes the place of', () => {
    assert.equal(name, 'strandline prod/nas01 replaces 17 (20261124T020000Z-1f3a9c2b, store 3fa9c2d1)');
    assert.deepEqual(parseKeyName(name, ours), { replaces: 17 });
  });

  for (const [what, other] of [
    ['deployment', { ...ours, deployment: 'pro' }],
    ['NAS', { ...ours, nas: 'nas0' }],
    ['store', { ...ours, store: 'ffffffff' }],
  ] as const) {
    it(`is not that of another ${what}`, () => assert.equal(parseKeyName(name, other), undefined));
  }

  it('is not what somebody wrote by hand', () => {
    for (const text of ['strandline', 'strandline prod/nas01', `${name} copy`, name.replace('17', 'x'), `my ${name}`])
      assert.equal(parseKeyName(text, ours), undefined, text);
  });

  it('fits the 200 letters of TrueNAS with the longest names there are', () => {
    const longest = { deployment: 'd'.repeat(63), nas: 'n'.repeat(63), store: '3fa9c2d1' };
    const text = formatKeyName({ ...longest, replaces: 999_999, runId: '20261124T020000Z-1f3a9c2b' });
    assert.ok(text.length <= 200, String(text.length));
  });
});
