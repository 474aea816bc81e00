import assert from 'node:assert/strict';
import { checkIds } from '../../src/model/finding.ts';

describe('[U] model/finding', () => {
  it('knows the 22 checks of the catalogue, each id once', () => {
    assert.equal(new Set(checkIds).size, 22);
  });
});
