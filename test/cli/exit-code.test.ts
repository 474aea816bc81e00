import assert from 'node:assert/strict';
import { exitCodes, type Outcome, precedence, reaches, toExitCode } from '../../src/cli/exit-code.ts';
import { makeFinding } from '../support/stored-result.ts';

describe('[U] cli/exit-code', () => {
  const single: readonly (readonly [Outcome, number])[] = [
    ['unexpected', 1],
    ['usage', 2],
    ['incomplete', 3],
    ['history', 4],
    ['delivery', 5],
    ['locked', 6],
    ['findings', 10],
  ];
  for (const [outcome, code] of single) {
    it(`is ${code} for ${outcome}`, () => assert.equal(toExitCode([outcome]), code));
  }

  it('is 0 when nothing happened', () => assert.equal(toExitCode([]), 0));

  it('follows the contract’s precedence: 128+n, 2, 6, 1, 4, 3, 5, 10', () => {
    const codes = precedence.map((_, index) => toExitCode(precedence.slice(index).toReversed()));

    assert.deepEqual(codes, [2, 6, 1, 4, 3, 5, 10]);
    assert.equal(toExitCode(precedence, 15), 143);
    assert.equal(toExitCode([], 2), 130);
  });

  it('has a rank for every code but 0', () => {
    assert.equal(new Set(precedence).size, exitCodes.length - 1);
  });

  const counts: readonly (readonly [string, Parameters<typeof makeFinding>[1], boolean])[] = [
    ['a confirmed finding of that severity', { confirmation: 'confirmed', severity: 'HIGH' }, true],
    ['a confirmed finding above it', { confirmation: 'confirmed', severity: 'CRITICAL' }, true],
    ['a confirmed finding below it', { confirmation: 'confirmed', severity: 'MEDIUM' }, false],
    ['an unconfirmed finding', { confirmation: 'unconfirmed', severity: 'HIGH' }, false],
    ['a resolved finding', { confirmation: 'confirmed', change: 'resolved' }, false],
    ['an ignored finding', { confirmation: 'confirmed', ignoredBy: { rule: 'ignore[0]', reason: 'lab' } }, false],
  ];
  for (const [what, finding, expected] of counts) {
    it(`${expected ? 'counts' : 'does not count'} ${what} for --fail-on HIGH`, () => {
      const findings = [makeFinding('a', finding)];

      assert.equal(reaches({ findings }, { severity: 'HIGH', includesUnconfirmed: false }), expected);
    });
  }

  it('counts unconfirmed findings when asked to', () => {
    const findings = [makeFinding('a', { confirmation: 'unconfirmed' })];

    assert.equal(reaches({ findings }, { severity: 'HIGH', includesUnconfirmed: true }), true);
  });
});
