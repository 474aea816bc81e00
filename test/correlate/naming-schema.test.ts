import assert from 'node:assert/strict';
import { schemaTest } from '../../src/correlate/naming-schema.ts';

const fitting = (schema: string, ...names: string[]) => names.filter(schemaTest(schema));

describe('[U] correlate/naming-schema', () => {
  it('knows the names that the usual schema of a task gives, whole and nothing around them', () => {
    assert.deepEqual(
      fitting(
        'auto-%Y-%m-%d_%H-%M',
        'auto-2026-11-01_00-00',
        'my-auto-2026-11-01_00-00',
        'auto-2026-11-01_00-00-kept',
        'auto-26-11-01_00-00',
        'auto-2026-11-1_00-00',
        'auto-today',
      ),
      ['auto-2026-11-01_00-00'],
    );
  });

  const places: readonly (readonly [schema: string, right: string, wrong: string])[] = [
    ['%Y', '2026', '202'],
    ['%m', '11', '1'],
    ['%d', '09', '9'],
    ['%H', '23', '2x'],
    ['%M', '59', '5'],
    ['%S', '07', '7'],
    ['%y', '26', '2026'],
    ['%j', '327', '27'],
    ['%s', '1790000000', 'soon'],
    ['%z', '+0100', '0100'],
    ['%z', '-0530', 'UTC'],
    ['%Z', 'CEST', '+0100'],
    ['%%', '%', '%%'],
    ['%B', 'November', ''],
  ];
  for (const [schema, right, wrong] of places) {
    it(`reads ${schema} as "${right}" and not as "${wrong}"`, () => {
      assert.deepEqual(fitting(schema, right, wrong), [right]);
    });
  }

  it('takes every other character as it is written', () => {
    const odd = String.raw`a.b+c(d)[e]{f}^$*?|\ `;

    assert.deepEqual(fitting(`${odd}%Y`, `${odd}2026`, `${odd.replace('.', 'x')}2026`), [`${odd}2026`]);
    assert.deepEqual(fitting('a.b', 'a.b', 'axb'), ['a.b']);
  });

  it('lets a place that it does not know be any text, but not none', () => {
    assert.deepEqual(fitting('%A-%B!', 'Sunday-November!', '-November!', 'Sunday-!'), ['Sunday-November!']);
  });
});
