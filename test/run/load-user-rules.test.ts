import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/errors.ts';
import { loadUserRules } from '../../src/run/load-user-rules.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { validateEstate } from '../support/validate-estate.ts';

const own = (fields = '') => `export const rule = {
  meta: { id: 'own-class-has-team', title: 'Every class names its team', severity: 'LOW', component: 'storageClass',
    scope: 'cluster', why: 'Somebody must answer for it.', remediation: 'Set the label team.',
    needs: { cluster: ['storageClasses'] }, ${fields} },
  check: ({ cluster }) => ({ judged: 1, undecided: [], problems: cluster.storageClasses.slice(0, 1).map(({ name }) => ({
    resource: { source: 'cluster/' + cluster.name, kind: 'StorageClass', name }, why: 'it has no label team' })) }),
};`;

describe('[U] run/load-user-rules', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strandline-rules-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('loads a rule that is judged like the built-in ones', async () => {
    await writeFile(join(folder, 'team.mjs'), own());
    await writeFile(join(folder, 'notes.txt'), 'not a rule');

    const userRules = await loadUserRules(folder);

    const { results } = validateEstate(makeHealthyEstate(), { userRules });
    const [result] = results.filter(({ rule }) => rule === 'own-class-has-team');
    assert.equal(result?.status, 'warned');
    assert.equal(result?.problems[0]?.why, 'it has no label team');
    assert.equal(result?.remediation.docs, undefined);
  });

  for (const [name, code, message] of [
    ['code that does not parse', 'export const rule = {', /cannot be loaded/],
    ['a module without a rule', 'export const other = 1;', /rule/],
    ['a severity that does not exist', own("severity: 'BAD'"), /rule\.meta\.severity/],
    ['the id of a built-in rule', own("id: 'storage-class-expandable'"), /already a rule/],
  ] as const) {
    it(`refuses ${name}, naming the file`, async () => {
      await writeFile(join(folder, 'bad.mjs'), code);

      await assert.rejects(loadUserRules(folder), (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        assert.ok(error.message.includes(join(folder, 'bad.mjs')));
        return true;
      });
    });
  }

  it('refuses a folder that is not there', async () => {
    await assert.rejects(loadUserRules(join(folder, 'gone')), ConfigError);
  });
});
