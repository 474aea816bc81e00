import assert from 'node:assert/strict';
import { parseDuration } from '../../src/util/duration.ts';

describe('[U] util/duration', () => {
  const valid: readonly (readonly [string, number])[] = [
    ['0s', 0],
    ['500ms', 500],
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['1d12h', 129_600_000],
    ['PT15M', 900_000],
    ['P1DT2H', 93_600_000],
    ['P30D', 2_592_000_000],
    ['P2W', 1_209_600_000],
  ];
  for (const [text, ms] of valid) {
    it(`reads ${text} as ${ms} ms`, () => assert.equal(parseDuration(text), ms));
  }

  const refused = [
    '',
    '10',
    '5m foo',
    ' 5m',
    '-1h',
    '1.5h',
    '1H',
    'P',
    'PT',
    'P1M',
    'P1Y',
    'P1DT',
    '99999999999999999w',
  ];
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }
});
