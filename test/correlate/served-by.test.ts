import assert from 'node:assert/strict';
import { knownUnder, mayServe } from '../../src/correlate/served-by.ts';
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

  it('tells who is known under a name: nobody, one, or two that share it', () => {
    const shared = indexOfNases(
      makeNas({}, { addresses: ['10.9.0.5', 'vip.example', '10.9.0.5'] }),
      makeNas({}, { name: 'nas02', addresses: ['10.9.0.6', 'vip.example'] }),
    );
    const under = (server: string | undefined) => knownUnder(shared)(server).map(({ nas }) => nas.name);

    assert.deepEqual(under('10.9.0.5'), ['nas01']);
    assert.deepEqual(under('vip.example'), ['nas01', 'nas02']);
    assert.deepEqual(under('storage.example'), []);
    assert.deepEqual(under(undefined), []);
  });
});
