import assert from 'node:assert/strict';
import type { Rule } from '../../src/model/rule.ts';
import { inCluster, named } from '../support/change-estate.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { validateEstate } from '../support/validate-estate.ts';

const expandable = 'storage-class-expandable';
const fixed = inCluster('storageClasses', named('nfs', { allowVolumeExpansion: false }));

function makeRule(check: Rule['check']): Rule {
  return {
    meta: {
      id: 'own',
      title: 'Own',
      severity: 'HIGH',
      component: 'csi',
      scope: 'nas',
      why: 'Because.',
      remediation: 'Do it.',
      needs: {},
    },
    check,
  };
}

describe('[U] validation/validate', () => {
  it('warns by default, fails when config says HIGH', () => {
    const statusWith = (rules: Record<string, 'off' | 'HIGH'>) =>
      validateEstate(fixed(makeHealthyEstate()), { rules }).results.find(({ rule }) => rule === expandable)?.status;

    assert.equal(statusWith({}), 'warned');
    assert.equal(statusWith({ [expandable]: 'HIGH' }), 'failed');
    assert.equal(statusWith({ [expandable]: 'off' }), undefined);
  });

  it('names the rules that are switched off', () => {
    assert.deepEqual(validateEstate(makeHealthyEstate(), { rules: { [expandable]: 'off' } }).disabled, [expandable]);
  });

  it('adds up by component, every result once', () => {
    const { results, components = [] } = validateEstate(fixed(makeHealthyEstate()));

    const total = components.reduce(
      (sum, row) => sum + row.passed + row.warned + row.failed + row.notAssessed + row.errored,
      0,
    );
    assert.equal(total, results.length);
    assert.equal(components.find(({ component }) => component === 'storageClass')?.warned, 1);
  });

  it('goes on after a rule that throws', () => {
    const broken = makeRule(() => {
      throw new Error('oops');
    });

    const { results } = validateEstate(makeHealthyEstate(), { userRules: [broken] });

    const own = results.filter(({ rule }) => rule === 'own');
    assert.deepEqual(
      own.map(({ status, because }) => ({ status, because })),
      [{ status: 'errored', because: 'the rule failed: oops' }],
    );
    assert.ok(results.length > 50);
  });

  it('takes an answer of another shape for an error', () => {
    const odd = makeRule(() => ({ problems: 'none' }) as never);

    const { results } = validateEstate(makeHealthyEstate(), { userRules: [odd] });

    assert.equal(results.find(({ rule }) => rule === 'own')?.status, 'errored');
  });

  it('is not assessed where nothing could be decided', () => {
    const open = makeRule(() => ({
      judged: 0,
      problems: [],
      undecided: [{ kind: 'NAS', name: 'nas01', because: 'too dark' }],
    }));

    const { results } = validateEstate(makeHealthyEstate(), { userRules: [open] });

    const own = results.find(({ rule }) => rule === 'own');
    assert.equal(own?.status, 'notAssessed');
    assert.equal(own?.because, 'too dark');
  });

  it('does not assess a backend whose NAS is not in config', () => {
    const estate = makeHealthyEstate();
    const { results } = validateEstate({ ...estate, inventory: { ...estate.inventory, nases: [] } });

    assert.ok(results.filter(({ scope }) => scope.startsWith('backend/')).length > 0);
    for (const result of results.filter(({ scope }) => scope.startsWith('backend/'))) {
      assert.equal(result.status, 'notAssessed');
      assert.match(result.because ?? '', /NAS nas01 is not in config/);
    }
  });
});
