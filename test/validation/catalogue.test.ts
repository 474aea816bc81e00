import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Collected } from '../../src/model/collected.ts';
import { checkIds } from '../../src/model/finding.ts';
import type { Rule } from '../../src/model/rule.ts';
import { Validation } from '../../src/model/validation.ts';
import { rules } from '../../src/validation/rules/index.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { takenAt, withSections } from '../support/make-inventory.ts';
import { validateEstate } from '../support/validate-estate.ts';
import { cases } from './cases.ts';

describe('[U] validation/rules', () => {
  it('registers every file, in order, under the name of its rule', () => {
    const files = readdirSync(new URL('../../src/validation/rules/', import.meta.url))
      .filter((file) => file !== 'index.ts')
      .map((file) => file.replace(/\.ts$/, ''))
      .sort();

    assert.deepEqual(
      rules.map(({ meta }) => meta.id),
      files,
    );
    assert.ok(files.length >= 40, `${files.length} rules`);
  });

  it('gives no rule the id of a check', () => {
    const ids: readonly string[] = checkIds;

    assert.deepEqual(
      rules.filter(({ meta }) => ids.includes(meta.id)),
      [],
    );
  });

  for (const { meta } of rules) {
    it(`says what ${meta.id} is about in few words`, () => {
      assert.ok(meta.title.length <= 90 && !meta.title.endsWith('.'), meta.title);
      assert.ok(meta.why.length <= 300 && meta.why.endsWith('.'), meta.why);
      assert.ok(meta.remediation.length <= 300 && /^[A-Z][a-z]+ /.test(meta.remediation), meta.remediation);
      assert.ok(meta.example !== undefined && meta.example.length > 0, 'an exact command or YAML');
    });
  }

  it('passes a healthy estate, and every rule has judged something in it', () => {
    const validation = validateEstate(makeHealthyEstate());

    assert.deepEqual(Validation.parse(validation), validation);
    assert.deepEqual(
      validation.results.filter(({ status }) => status !== 'passed'),
      [],
    );
    const judged = new Set(validation.results.filter((result) => result.judged > 0).map(({ rule }) => rule));
    assert.deepEqual(
      rules.filter(({ meta }) => !judged.has(meta.id)).map(({ meta }) => meta.id),
      [],
    );
  });

  it('has a broken case for every rule', () => {
    const broken = new Set(cases.flatMap(({ breaks }) => breaks));

    assert.deepEqual(
      rules.filter(({ meta }) => !broken.has(meta.id)).map(({ meta }) => meta.id),
      [],
    );
  });

  for (const rule of rules) {
    for (const [side, section] of needsOf(rule)) {
      it(`does not assess ${rule.meta.id} without ${section}`, () => {
        const failed: Collected<never> = { ok: false, takenAt, error: { code: 'forbidden', message: 'no right' } };
        const lost = { [section]: failed };
        const estate = makeHealthyEstate();

        const { results } = validateEstate(
          withSections(estate, side === 'cluster' ? lost : {}, side === 'nas' ? lost : {}),
        );

        const own = results.filter((result) => result.rule === rule.meta.id);
        assert.ok(own.length > 0);
        for (const { status, because, problems } of own) {
          assert.equal(status, 'notAssessed');
          assert.match(because ?? '', new RegExp(`${section}: no right`));
          assert.deepEqual(problems, []);
        }
      });
    }
  }
});

function needsOf({ meta: { needs } }: Rule): (readonly ['cluster' | 'nas', string])[] {
  return [
    ...(needs.cluster ?? []).map((section) => ['cluster', section] as const),
    ...(needs.nas ?? []).map((section) => ['nas', section] as const),
  ];
}
