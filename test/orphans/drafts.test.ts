import assert from 'node:assert/strict';
import { checkCases } from '../../fixtures/estates/checks/cases.ts';
import { readGolden } from '../support/golden.ts';
import { differencesFromTruth, judgeEstate } from '../support/judge-estate.ts';

/**
 * Everything a detector says, word by word: sentence, evidence, blockers, steps, commands and what is to be read again.
 * An admin acts on these; the truth files only hold what was found.
 */
describe('[U] orphans, every word of a draft', () => {
  const checks = Map.groupBy(checkCases, ({ check }) => check);

  it('has cases of each check', () => assert.equal(checks.size, 22));

  for (const [check, cases] of checks) {
    it(`${check} says what its golden file holds`, () => {
      const said = cases.map(({ is, name, estate }) => {
        const built = estate();
        const judgement = judgeEstate(built);
        assert.deepEqual(differencesFromTruth(built, judgement), []);
        const { drafts, outcomes } = judgement;
        return {
          case: `${is}: ${name}`,
          drafts: drafts.filter((draft) => draft.check === check),
          undecided: outcomes.flatMap(({ id, undecided }) => (id === check ? (undecided ?? []) : [])),
        };
      });
      const got = `${JSON.stringify(said, null, 1)}\n`;

      assert.equal(got, readGolden(`orphans/golden/${check}.json`, got));
    });
  }
});
