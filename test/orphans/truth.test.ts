import assert from 'node:assert/strict';
import { checkCases } from '../../fixtures/estates/checks/cases.ts';
import { matrixReleases, releaseEstate } from '../../fixtures/estates/checks/releases.ts';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { generateEstate } from '../../fixtures/generator/generate.ts';
import { generateRace } from '../../fixtures/generator/race.ts';
import { sharedParentEstate, unreachable } from '../../fixtures/generator/shared-parent.ts';
import { differencesFromTruth, judgeEstate } from '../support/judge-estate.ts';

describe('[I] orphans against the truth of the estates', () => {
  for (const { check, is, name, estate } of checkCases) {
    it(`${check}: ${is}: ${name}`, () => {
      const built = estate();

      assert.deepEqual(differencesFromTruth(built, judgeEstate(built)), []);
    });
  }

  it('finds in the demo what its truth file says, byte by byte', () => {
    const estate = demoEstate();

    assert.deepEqual(differencesFromTruth(estate, judgeEstate(estate)), []);
  });

  for (const release of matrixReleases) {
    it(`agrees with the truth of one estate on TrueNAS ${release}`, () => {
      const estate = releaseEstate(release);

      assert.deepEqual(differencesFromTruth(estate, judgeEstate(estate), release), []);
    });
  }

  it('misses nothing and invents nothing on 40 generated estates', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const estate = generateEstate(seed);

      assert.deepEqual(differencesFromTruth(estate, judgeEstate(estate)), [], `seed ${seed}`);
    }
  });

  for (const isExclusive of [true, false]) {
    for (const hasInstanceIds of [true, false]) {
      for (const protocol of ['nfs', 'iscsi'] as const) {
        const title = `${isExclusive ? 'exclusive' : 'shared'} ${protocol} parent, ${hasInstanceIds ? 'with' : 'without'} instance ids`;
        it(`says only what is sure when one of two clusters cannot be reached: ${title}`, () => {
          for (let seed = 1; seed <= 4; seed += 1) {
            const estate = sharedParentEstate(seed, { isExclusive, hasInstanceIds, protocol });
            const judgement = judgeEstate(estate, { isUnread: (source) => source === unreachable });

            assert.deepEqual(differencesFromTruth(estate, judgement), [], `seed ${seed}`);
          }
        });
      }
    }
  }

  it('calls no volume an orphan that is made or deleted between the two lists, once both sides were read again', () => {
    // The guard against mass results counts candidates before the second reading; it is not what is shown here.
    for (let seed = 1; seed <= 12; seed += 1) {
      const { atNasList, afterwards, goneMeanwhile } = generateRace(seed);
      const judgement = judgeEstate(atNasList, { clustersFrom: afterwards, options: { massShare: 1 } });
      const gone = new Set(goneMeanwhile);
      const stillThere = judgement.drafts.filter(
        ({ premises }) =>
          !premises.some(({ kind, name, expect }) => kind === 'dataset' && expect === 'present' && gone.has(name)),
      );

      assert.deepEqual(differencesFromTruth(afterwards, { ...judgement, drafts: stillThere }), [], `seed ${seed}`);
    }
  });

  it('nor when the clusters happened to be listed before the NAS', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const { atNasList: before, afterwards } = generateRace(seed);
      const judgement = judgeEstate(afterwards, { clustersFrom: before, options: { massShare: 1 } });
      const there = new Set(afterwards.clusters.flatMap(({ objects }) => objects.map(objectKey)));
      const isThere = (premise: { kind: string; namespace?: string; name: string }) =>
        there.has(objectKey({ kind: premise.kind, metadata: premise }));
      const ofClusters = ({ source, expect }: { source: string; expect: string }) =>
        source.startsWith('cluster/') && expect === 'present';
      const stillThere = judgement.drafts.filter(({ premises }) => premises.filter(ofClusters).every(isThere));

      assert.ok(stillThere.length < judgement.drafts.length, 'the race left candidates to the second reading');
      assert.deepEqual(differencesFromTruth(afterwards, { ...judgement, drafts: stillThere }), [], `seed ${seed}`);
    }
  });
});

function objectKey({ kind, metadata }: { kind: string; metadata: { namespace?: string; name: string } }): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
