import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { estates } from '../../fixtures/generator/arbitrary.ts';
import type { SourceId } from '../../src/model/collected.ts';
import { detectors } from '../../src/orphans/index.ts';
import type { Judgement } from '../../src/run/judge.ts';
import { toInventory } from '../support/estate-to-inventory.ts';
import { judgeEstate } from '../support/judge-estate.ts';

const metas = new Map(detectors.map(({ meta }) => [meta.id, meta]));

/** Every finding of a check at a scope for which this list is a need: there must be none. */
function foundWithout(judgement: Judgement, source: SourceId, section: string): string[] {
  const exclusive = new Map(judgement.backends.map((backend) => [backend.id, backend]));
  return judgement.drafts
    .filter(({ check, scope }) => {
      const needs = metas.get(check)?.needs;
      const backend = exclusive.get(scope);
      const [side, name] = source.split('/', 2);
      const own = side === 'cluster' ? needs?.cluster : needs?.nas;
      const isOwn = scope === source || (side === 'cluster' ? backend?.cluster === name : backend?.nas === name);
      const isEvery = side === 'cluster' && (backend?.exclusive !== true || backend.cluster === name);
      return (
        (isOwn && own?.includes(section as never) === true) ||
        (isEvery && needs?.everyCluster?.includes(section as never) === true)
      );
    })
    .map(({ check, scope, resource }) => `${check} at ${scope}: ${resource.name}`);
}

describe('[I] run/judge', () => {
  it('assesses every check of the catalogue somewhere in the demo', () => {
    const assessed = new Set(
      judgeEstate(demoEstate())
        .outcomes.filter(({ status }) => status === 'passed' || status === 'found')
        .map(({ id }) => id),
    );

    assert.deepEqual(
      [...metas.keys()].filter((id) => !assessed.has(id)),
      [],
    );
  });

  it('notes volumes on a server that config does not name, and does not call them not assessed', () => {
    const { outcomes, notes } = judgeEstate(demoEstate());

    assert.ok(notes.some(({ kind, text }) => kind === 'outOfReach' && text.includes('10.77.0.5')));
    assert.ok(outcomes.every(({ scope, id }) => scope !== 'cluster/prod' || id !== 'volume-without-backend'));
  });

  it('leaves out a check that config switched off, and says so', () => {
    const { outcomes, drafts, notes } = judgeEstate(demoEstate(), { options: { disabledChecks: ['claim-unused'] } });

    assert.ok(outcomes.every(({ id }) => id !== 'claim-unused'));
    assert.ok(drafts.every(({ check }) => check !== 'claim-unused'));
    assert.ok(notes.some(({ kind }) => kind === 'disabledCheck'));
  });

  it('never finds anything by a check that needs a list which could not be read, and says what was missing', () => {
    fc.assert(
      fc.property(estates({ volumes: 50 }), fc.nat(), ({ estate }, pick) => {
        const inventory = toInventory(estate);
        const lists = [
          ...inventory.clusters.flatMap(({ name, sections }) =>
            Object.keys(sections).map((s) => [`cluster/${name}`, s]),
          ),
          ...inventory.nases.flatMap(({ name, sections }) => Object.keys(sections).map((s) => [`nas/${name}`, s])),
        ] as [SourceId, string][];
        const [source, section] = lists[pick % lists.length] ?? ['nas/', ''];
        const judgement = judgeEstate(estate, { isUnread: (s, name) => s === source && name === section });

        assert.deepEqual(foundWithout(judgement, source, section), []);
        const whole = judgeEstate(estate);
        const known = new Set(
          whole.drafts.map(({ check, resource }) => `${check} ${resource.source} ${resource.name}`),
        );
        assert.deepEqual(
          judgement.drafts
            .filter(({ check }) => metas.get(check)?.provesAbsence === true)
            .map(({ check, resource }) => `${check} ${resource.source} ${resource.name}`)
            .filter((key) => !known.has(key)),
          [],
          `${source} ${section} unread invents findings`,
        );
        for (const { status, because } of judgement.outcomes) {
          assert.ok(status !== 'errored', because);
          assert.ok(status !== 'notAssessed' || (because ?? '') !== '');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('calls nothing on a NAS an orphan when every list of one cluster failed and no backend is exclusive', () => {
    const estate = demoEstate();
    const backends = (estate.config['backends'] as readonly object[]).map((backend) => ({
      ...backend,
      exclusive: false,
    }));
    const { outcomes } = judgeEstate(
      { ...estate, config: { ...estate.config, backends } },
      { isUnread: (source) => source === 'cluster/staging' },
    );
    const verdicts = outcomes.filter(({ id }) => id === 'backend-without-volume');

    assert.ok(verdicts.length > 1);
    for (const { status, because } of verdicts) {
      assert.equal(status, 'notAssessed');
      assert.match(because ?? '', /cluster\/staging persistentVolumes: /);
    }
  });

  it('goes by the clock of the source and adds a skew above five minutes to every limit', () => {
    const estate = demoEstate();
    const skewed = {
      ...estate,
      clusters: estate.clusters.map((cluster) => ({ ...cluster, clockSkewMs: 10 * 60_000 })),
    };
    const { notes } = judgeEstate(skewed);

    assert.equal(notes.filter(({ kind }) => kind === 'clockSkew').length, 2);
  });
});
