import assert from 'node:assert/strict';
import { newRandom } from '../../fixtures/builder/random.ts';
import { brokenBuilds } from './broken-builds.ts';
import { invariants } from './invariants.ts';
import { toNight } from './plan.ts';
import { runMonth } from './run-month.ts';

/** Two quiet nights, one without the NAS, in the retry too; then quiet ones. */
const plan = [undefined, undefined, 'nasGone' as const].map((trouble) => toNight(trouble, newRandom(1), true));

describe('[M] month: a broken build', function brokenSuite() {
  this.timeout(600_000);

  it('there is one for every invariant', () => {
    assert.deepEqual(brokenBuilds.map(({ breaks }) => breaks).sort(), [...invariants].sort());
  });

  it('the same nights with the build as it is break nothing', async () => {
    const { ledger, met } = await runMonth({ seed: 1, nights: 9, plan });

    assert.deepEqual(ledger.violations, []);
    assert.ok((met.get('nasGone') ?? 0) >= 1, 'the NAS was never gone');
  });

  for (const { name, breaks, nights, make } of brokenBuilds) {
    it(`that ${name} is caught by «${breaks}»`, async () => {
      const { ledger } = await runMonth({ seed: 1, nights, plan, ...make() });

      const caughtBy = new Set(ledger.violations.map(({ invariant }) => invariant));
      const first = ledger.violations.find(({ invariant }) => invariant === breaks);
      process.stdout.write(`      ${breaks}: ${first?.what ?? 'not caught'}\n`);
      assert.ok(caughtBy.has(breaks), `caught by ${[...caughtBy].join(', ') || 'nothing'}`);
    });
  }
});
