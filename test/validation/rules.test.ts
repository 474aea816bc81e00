import assert from 'node:assert/strict';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { brokenRules, validateEstate } from '../support/validate-estate.ts';
import { cases } from './cases.ts';

describe('[U] validation/rules, case by case', () => {
  for (const { name, breaks, options, change } of cases) {
    it(`${name}: ${breaks.length === 0 ? 'nothing wrong' : breaks.join(', ')}`, () => {
      const validation = validateEstate(change(makeHealthyEstate()), options);

      assert.deepEqual(brokenRules(validation), [...breaks].sort());
      assert.ok(validation.results.every(({ status }) => status !== 'errored'));
    });
  }
});
