import assert from 'node:assert/strict';
import { truthKey, truthOf } from '../../../fixtures/builder/truth.ts';
import { matrixReleases, releaseEstate } from '../../../fixtures/estates/checks/releases.ts';
import { generateEstate } from '../../../fixtures/generator/generate.ts';
import { sharedParentEstate, unreachable } from '../../../fixtures/generator/shared-parent.ts';
import type { TruthFinding } from '../../../src/simulate/estate.ts';
import { foundIn, scanEstate } from '../../support/scan-estate.ts';

const generated = 50;

describe('[I] run: estates over the wire, with the ordinary clients', () => {
  for (const release of matrixReleases) {
    const transport = ['core-13', '22.12', '24.10'].includes(release) ? 'REST v2.0' : 'JSON-RPC';
    it(`finds on TrueNAS ${release} what the truth says, over ${transport}`, async () => {
      const estate = releaseEstate(release);

      const result = await scanEstate(estate);

      assert.deepEqual(inOrder(foundIn(result)), inOrder(truthOf(estate.truth, release)));
    });
  }

  it(`misses nothing and invents nothing on ${generated} generated estates`, async () => {
    let findings = 0;
    for (let seed = 1001; seed <= 1000 + generated; seed += 1) {
      const estate = generateEstate(seed, { volumes: 50, leakShare: 0.5 });
      const result = await scanEstate(estate);
      assert.deepEqual(inOrder(foundIn(result)), inOrder(estate.truth.findings), `seed ${seed}`);
      findings += result.findings.length;
    }
    process.stdout.write(`      ${generated} generated estates over the wire, ${findings} findings, all true\n`);
    assert.ok(findings > 5 * generated, String(findings));
  }).timeout(600_000);

  for (const isExclusive of [true, false]) {
    it(`with one of two clusters unreachable, ${isExclusive ? 'finds every leak below an exclusive parent' : 'calls nothing of a shared parent an orphan'}`, async () => {
      for (const hasInstanceIds of [true, false]) {
        const estate = sharedParentEstate(7, { isExclusive, hasInstanceIds, protocol: 'nfs' });
        const result = await scanEstate(estate, {
          prepare: async ({ clusters }) => {
            await clusters.find(({ state }) => `cluster/${state.name}` === unreachable)?.close();
          },
        });
        assert.deepEqual(inOrder(foundIn(result)), inOrder(estate.truth.findings));
        assert.equal(result.scan.complete, false);
      }
    });
  }
});

function inOrder(findings: readonly TruthFinding[]): Record<string, TruthFinding> {
  const entries = findings.map((finding) => [truthKey(finding), finding] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
