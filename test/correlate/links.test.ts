import assert from 'node:assert/strict';
import { toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import { checkCases } from '../../fixtures/estates/checks/cases.ts';
import { releaseEstate } from '../../fixtures/estates/checks/releases.ts';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import type { SourceId } from '../../src/model/collected.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { describeLinks, differenceOf, nameUuids } from '../support/describe-links.ts';
import { readGolden } from '../support/golden.ts';
import { linkEstate } from '../support/link-estate.ts';

const linesOf = (estate: Estate) => nameUuids(describeLinks(linkEstate(estate).links), estate);
/** Nothing is judged while the file loads: mutation testing would start anew for every fault. */
let healthy: readonly string[] | undefined;
const base = () => {
  healthy ??= linesOf(toEstate(newBase('links').world));
  return healthy;
};

const compare = (name: string, lines: readonly string[]) => {
  const got = `${lines.join('\n')}\n`;
  assert.equal(got, readGolden(`correlate/golden/${name}.txt`, got));
};

/** Who owns what, link by link: detectors only show the part of it that they report. */
describe('[U] correlate, every link', () => {
  it('links the demo, with both drivers and all protocols, as its golden files hold', () => {
    const byKind = Map.groupBy(linesOf(demoEstate()), (line) => line.slice(0, line.indexOf(' ')));

    assert.ok(byKind.size >= 6);
    for (const [kind, lines] of byKind) compare(`demo-${kind}`, lines);
  });

  it('links the healthy base of the check cases as its golden file holds', () => compare('base', base()));

  for (const [check, cases] of Map.groupBy(checkCases, (entry) => entry.check)) {
    it(`links the cases of ${check} as its golden file holds, where they differ from the base`, () => {
      compare(
        check,
        cases.flatMap(({ is, name, estate }) => [`# ${is}: ${name}`, ...differenceOf(base(), linesOf(estate()))]),
      );
    });
  }
});

describe('[U] correlate, without one of the lists', () => {
  const unknownIn = (lines: readonly string[]) =>
    lines.flatMap((line) =>
      [...line.matchAll(/(\w+) UNKNOWN\((.*?)\)(?:;|$|, expected)/g)].map(([, field, because]) => ({
        what: `${line.slice(0, line.indexOf(' '))} ${field}`,
        because,
      })),
    );

  it('leaves unknown what the golden file holds, and says which list is missing', () => {
    const estate = releaseEstate('25.10');
    const { inventory, links } = linkEstate(estate);
    const known = Map.groupBy(unknownIn(describeLinks(links)), ({ what }) => what);
    /** How many answers become unknown, by kind of link and question. Never `absent`: that would be a wrong verdict. */
    const lostWithout = (source: SourceId, section: string) => {
      const without = linkEstate(estate, { isUnread: (s, name) => s === source && name === section }).links;
      const unknown = unknownIn(describeLinks(without));
      for (const { because } of unknown) assert.match(because ?? '', new RegExp(`^$|${source} ${section}: `));
      const counts = [...Map.groupBy(unknown, ({ what }) => what)]
        .map(([what, rows]) => [what, rows.length - (known.get(what)?.length ?? 0)] as const)
        .flatMap(([what, count]) => (count === 0 ? [] : `${what} ${count}`));
      return `${source} ${section}: ${counts.sort().join(', ') || 'nothing'}`;
    };
    const sources = [
      ...inventory.clusters.map(({ name, sections }) => [`cluster/${name}`, sections] as const),
      ...inventory.nases.map(({ name, sections }) => [`nas/${name}`, sections] as const),
    ];

    compare(
      'unread',
      sources.flatMap(([source, sections]) =>
        Object.keys(sections).map((name) => lostWithout(source as SourceId, name)),
      ),
    );
  });
});
