import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { generateEstate } from '../../fixtures/generator/generate.ts';
import { sharedParentEstate, unreachable } from '../../fixtures/generator/shared-parent.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { describeLinks, nameUuids } from '../support/describe-links.ts';
import { readGolden } from '../support/golden.ts';
import { linkEstate } from '../support/link-estate.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

/** The truth of these estates is tested elsewhere; this holds every link of them, also those that no detector reports. */
describe('[U] correlate, every link of generated estates', function generatedSuite() {
  this.timeout(60_000);

  for (const seed of seeds) {
    it(`seed ${seed}: as many of each kind as before, and each the same`, () => {
      const estate = generateEstate(seed);
      const { links } = linkEstate(estate);

      compare(`generated-${seed}`, digest(nameUuids(describeLinks(links), estate)));
    });
  }

  it('two clusters at one parent are told apart as before, also when one of them cannot be reached', () => {
    const said = [true, false].flatMap((isExclusive) =>
      [true, false].flatMap((hasInstanceIds) =>
        (['nfs', 'iscsi'] as const).flatMap((protocol) => {
          const estate = sharedParentEstate(1, { isExclusive, hasInstanceIds, protocol });
          return [false, true].flatMap((isCut) => {
            const { links } = linkEstate(estate, { isUnread: (source) => isCut && source === unreachable });
            const title = `# ${protocol}, exclusive ${isExclusive}, instance ids ${hasInstanceIds}, cut ${isCut}`;
            return [title, ...digest(nameUuids(describeLinks(links), estate))];
          });
        }),
      ),
    );

    compare('shared-parent', said);
  });

  it('each list that cannot be read leaves the same unknown as before', () => {
    const estate = generateEstate(1);
    const { inventory } = linkEstate(estate);
    const lists = [
      ...inventory.clusters.flatMap(({ name, sections }) => listsOf(`cluster/${name}`, sections)),
      ...inventory.nases.flatMap(({ name, sections }) => listsOf(`nas/${name}`, sections)),
    ];

    assert.ok(lists.length > 20);
    compare(
      'generated-unread',
      lists.flatMap(([source, section]) => [
        `# ${source} ${section}`,
        ...digest(linesWithout(estate, source, section)),
      ]),
    );
  });
});

function listsOf(source: string, sections: object): (readonly [source: string, section: string])[] {
  return Object.keys(sections).map((section) => [source, section] as const);
}

function linesWithout(estate: Estate, source: string, section: string): string[] {
  const { links } = linkEstate(estate, { isUnread: (at, name) => at === source && name === section });
  return nameUuids(describeLinks(links), estate);
}

/** One line for each kind of link: how many, and a hash of them all. `npm run test:unit` with UPDATE_GOLDEN=1 renews them. */
function digest(lines: readonly string[]): string[] {
  const kinds = Map.groupBy(lines, (line) => line.slice(0, line.indexOf(' ')));
  return [...kinds].map(([kind, ones]) => {
    const hash = createHash('sha256').update(ones.join('\n')).digest('hex').slice(0, 16);
    return `${kind} ${ones.length} ${hash}`;
  });
}

function compare(name: string, lines: readonly string[]): void {
  const got = `${lines.join('\n')}\n`;
  assert.equal(got, readGolden(`correlate/golden/${name}.txt`, got));
}
