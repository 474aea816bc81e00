import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { checkCases } from '../../../fixtures/estates/checks/cases.ts';
import { matrixReleases, releaseEstate } from '../../../fixtures/estates/checks/releases.ts';
import { demoEstate } from '../../../fixtures/estates/demo/demo.ts';
import { generateEstate } from '../../../fixtures/generator/generate.ts';
import type { Estate, NasState } from '../../../src/simulate/estate.ts';
import { isOffered, methods } from '../../../src/simulate/truenas/methods.ts';
import { Nas } from '../../../src/simulate/truenas/nas.ts';

const folder = new URL('../../../fixtures/schemas/', import.meta.url);
const user = { username: 'scan', roles: ['READONLY_ADMIN'] };

describe('[U] simulate/truenas serves every estate within the schemas', () => {
  it('the demo', () => assert.ok(checkEstate(demoEstate()) > 30));

  for (const release of matrixReleases) {
    it(`the estate of ${release}`, () => assert.ok(checkEstate(releaseEstate(release)) >= 16));
  }

  it('the estate of every check', () => {
    assert.ok(checkCases.length > 40);
    for (const { check, name, estate } of checkCases) assert.ok(checkEstate(estate()) > 30, `${check}: ${name}`);
  });

  it('estates from the generator', () => {
    for (const seed of [1, 2, 3, 4, 5]) assert.ok(checkEstate(generateEstate(seed)) >= 16, String(seed));
  });
});

/** The number of answers that were seen to fit. */
function checkEstate(estate: Estate): number {
  assert.notEqual(estate.nases.length, 0);
  return estate.nases.reduce((sum, state) => sum + checkNas(state, estate), 0);
}

function checkNas(state: NasState, estate: Estate): number {
  const nas = new Nas(state, () => new Date(estate.now));
  let fitting = 0;
  for (const method of methods.filter((candidate) => isOffered(candidate, state.release))) {
    const validate = schemaOf(`${state.release}/${method.name}.schema.json`);
    if (validate === undefined) continue;
    const answer: unknown = JSON.parse(JSON.stringify(nas.call(method.name, [], { user, byKey: true })));
    const label = `${estate.name} ${state.name} ${method.name}`;
    assert.ok(validate(answer), `${label}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    fitting += 1;
  }
  return fitting;
}

const compiled = new Map<string, ValidateFunction | undefined>();

function schemaOf(path: string): ValidateFunction | undefined {
  if (!compiled.has(path)) compiled.set(path, compile(new URL(path, folder)));
  return compiled.get(path);
}

function compile(file: URL): ValidateFunction | undefined {
  if (!existsSync(file)) return undefined;
  return new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')) as object);
}
