import assert from 'node:assert/strict';
import { isInNetwork } from '../../src/validation/network.ts';

describe('[U] validation/network', () => {
  for (const [address, network, isInside] of [
    ['10.8.0.11', '10.8.0.0/24', true],
    ['10.8.1.11', '10.8.0.0/24', false],
    ['10.8.0.11', '10.8.0.11', true],
    ['10.8.0.11', '10.8.0.11/32', true],
    ['10.8.0.12', '10.8.0.11/32', false],
    ['10.8.0.11', '0.0.0.0/0', true],
    ['10.8.0.128', '10.8.0.128/25', true],
    ['10.8.0.127', '10.8.0.128/25', false],
    ['fd00::12', 'fd00::/64', true],
    ['fd00:0:0:1::12', 'fd00::/64', false],
    ['::1', '::1/128', true],
    ['10.8.0.11', 'fd00::/64', false],
    ['10.8.0.11', '10.8.0.0/33', false],
    ['10.8.0.256', '10.8.0.0/16', false],
    ['fd00::1::2', 'fd00::/16', false],
    ['node-1', '10.8.0.0/24', false],
  ] as const) {
    it(`${address} is ${isInside ? '' : 'not '}in ${network}`, () => {
      assert.equal(isInNetwork(address, network), isInside);
    });
  }
});
