import assert from 'node:assert/strict';
import { toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import { checkCases } from '../../fixtures/estates/checks/cases.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { describeLinks, differenceOf, nameUuids } from '../support/describe-links.ts';
import { readGolden } from '../support/golden.ts';
import { type LinkedEstate, linkEstate } from '../support/link-estate.ts';

const healthy = toEstate(newBase('links').world);
const linesOf = (estate: Estate, linked: LinkedEstate = linkEstate(estate)) =>
  nameUuids(describeLinks(linked.links), estate);
const base = linesOf(healthy);

const compare = (name: string, lines: readonly string[]) => {
  const got = `${lines.join('\n')}\n`;
  assert.equal(got, readGolden(`correlate/golden/${name}.txt`, got));
};

/** Who owns what, link by link: detectors only show the part of it that they report. */
describe('[U] correlate, every link', () => {
  it('links the healthy base of the check cases as its golden file holds', () => compare('base', base));

  for (const [check, cases] of Map.groupBy(checkCases, (entry) => entry.check)) {
    it(`links the cases of ${check} as its golden file holds, where they differ from the base`, () => {
      compare(
        check,
        cases.flatMap(({ is, name, estate }) => [`# ${is}: ${name}`, ...differenceOf(base, linesOf(estate()))]),
      );
    });
  }
});
