import assert from 'node:assert/strict';
import { mayServe } from '../../src/correlate/served-by.ts';
import { indexOfNases, makeNas } from './support/small.ts';

const nases = indexOfNases(
  makeNas({}, { addresses: ['10.9.0.5', 'nas01.example'] }),
  makeNas({}, { name: 'nas02', addresses: ['10.9.0.6'] }),
);
const servers = (server: string | undefined) =>
  [...nases].filter(([, index]) => mayServe(nases)(index, server)).map(([name]) => name);

describe('[U] correlate/served-by', () => {
  it('gives a server that is known to the NAS that has it, under each of its names', () => {
    assert.deepEqual(servers('10.9.0.5'), ['nas01']);
    assert.deepEqual(servers('nas01.example'), ['nas01']);
    assert.deepEqual(servers('10.9.0.6'), ['nas02']);
  });

  it('gives a server that nobody knows, or none at all, to every NAS', () => {
    assert.deepEqual(servers('storage.example'), ['nas01', 'nas02']);
    assert.deepEqual(servers(undefined), ['nas01', 'nas02']);
  });
});
