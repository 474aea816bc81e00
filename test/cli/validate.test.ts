import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { RuleResult } from '../../src/model/validation.ts';
import { inCluster, named } from '../support/change-estate.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { nfsDriver } from '../support/make-inventory.ts';
import { makeResult } from '../support/make-result.ts';
import { runCommand } from '../support/run-command.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { validateEstate } from '../support/validate-estate.ts';

const backend = `backend/prod/${nfsDriver}@nas01`;

/** A healthy estate with one broken rule (LOW), one failed (HIGH), and a name that no terminal may act upon. */
function makeBroken() {
  const fixed = inCluster('storageClasses', named('nfs', { allowVolumeExpansion: false }))(makeHealthyEstate());
  const validation = validateEstate(fixed, { rules: { 'snapshot-class-present': 'off' } });
  const more: RuleResult[] = [
    {
      rule: 'backend-service-running',
      title: 'The service that serves the volumes runs and starts with the NAS',
      component: 'backend',
      severity: 'HIGH',
      scope: backend,
      status: 'failed',
      judged: 1,
      problems: [
        {
          resource: { source: 'nas/nas01', nas: 'nas01', kind: 'Service', name: 'nfs\u001b[31m<&>"' },
          why: 'service nfs does not run',
        },
        {
          resource: { source: 'cluster/prod', cluster: 'prod', kind: 'Pod', namespace: 'csi', name: 'driver' },
          why: 'it does not run either',
        },
      ],
      undecided: [],
      why: 'Without it no volume can be mounted.',
      remediation: { text: 'Start the service and let it start automatically.' },
    },
    {
      ...(validation.results[0] as RuleResult),
      status: 'notAssessed',
      because: 'cluster/prod pods: no right to list pods',
      problems: [],
    },
  ];
  const [first] = validation.results;
  const results = [...validation.results.filter((row) => row !== first), ...more];
  return makeResult({
    validation: { ...validation, results },
    scope: {
      ...makeResult().scope,
      backends: [
        {
          id: backend,
          cluster: 'prod',
          driver: nfsDriver,
          family: 'democratic-csi',
          nas: 'nas01',
          protocol: 'nfs',
          parents: [],
          detachedParents: [],
          exclusive: true,
          foundBy: 'config',
          volumes: 1,
        },
      ],
    },
  });
}

describe('[U] cli/commands/validate', () => {
  const folder = useTemporaryFolder();
  const file = folder.file('result.json');
  writeFileSync(file, JSON.stringify(makeBroken()));
  const validate = (...more: string[]) => runCommand({ argv: ['validate', '--from', file, ...more] });
  const rulesOf = async (...more: string[]) => {
    const { stdout } = await validate('-o', 'json', ...more);
    return (JSON.parse(stdout) as { results: RuleResult[] }).results;
  };

  it('prints the worst first, with what to do, what was not assessed, sums, and what is switched off', async () => {
    const { stdout, code } = await validate();

    const order = ['FAILED: backend-service-running, HIGH', 'warning: storage-class-expandable, LOW', 'not assessed: '];
    const places = order.map((text) => stdout.indexOf(text));
    assert.ok(
      places.every((place, index) => place > (places[index - 1] ?? -1)),
      stdout,
    );
    assert.match(stdout, /To do: Start the service/);
    assert.match(stdout, /no right to list pods/);
    assert.match(stdout, /^storageClass +\d+ +1 +0 +0 +0$/m);
    assert.match(stdout, /Off in config: snapshot-class-present/);
    assert.equal(code, 0);
  });

  it('keeps within 80 columns of a terminal and sends it nothing that it would act upon', async () => {
    const { stdout } = await runCommand({ argv: ['validate', '--from', file, '--all'], columns: 80 });

    assert.deepEqual(
      stdout.split('\n').filter((line) => line.length > 80),
      [],
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is the point
    assert.doesNotMatch(stdout, /\u001b/);
    assert.match(stdout, /^passed: /m);
  });

  it('leaves what the filters ask for, and no rule broken by what they leave out', async () => {
    const all = await rulesOf();

    assert.ok((await rulesOf('--component', 'csi')).every(({ component }) => component === 'csi'));
    assert.deepEqual(
      (await rulesOf('--check', 'storage-class-expandable')).map(({ rule }) => rule),
      ['storage-class-expandable'],
    );
    assert.ok((await rulesOf('--severity', 'high')).every(({ severity }) => severity === 'HIGH'));
    assert.deepEqual(await rulesOf('--nas', 'other'), []);
    assert.ok((await rulesOf('--nas', 'nas01')).some(({ scope }) => scope === backend));
    assert.ok((await rulesOf('--cluster', 'prod')).length < all.length);
    const [kept] = (await rulesOf('-n', 'shop')).filter(({ status }) => status === 'failed');
    assert.deepEqual(
      kept?.problems.map(({ resource }) => resource.kind),
      ['Service'],
    );
  });

  it('exits 10 for a broken rule at or above --fail-on only', async () => {
    assert.equal((await validate('--fail-on', 'high')).code, 10);
    assert.equal((await validate('--fail-on', 'critical')).code, 0);
    assert.equal((await validate('--fail-on', 'high', '--component', 'storageClass')).code, 0);
  });

  it('gives a line of CSV per problem and per result without one', async () => {
    const { stdout } = await validate('-o', 'csv');

    const rows = await rulesOf();
    const lines = rows.reduce((sum, { problems }) => sum + Math.max(1, problems.length), 0);
    assert.equal(stdout.trimEnd().split('\r\n').length, lines + 1);
  });

  it('gives build servers a case per rule and scope: failed, skipped when not assessed, escaped', async () => {
    const { stdout } = await validate('-o', 'junit');

    const rows = await rulesOf();
    assert.equal(stdout.match(/<testcase /g)?.length, rows.length);
    assert.match(
      stdout,
      new RegExp(`^<testsuites name="strandline" tests="${rows.length}" failures="1" errors="0" skipped="1">`, 'm'),
    );
    assert.match(
      stdout,
      /<failure type="HIGH"[^>]*>HIGH Service nfs\[U\+001B\]\[31m&lt;&amp;&gt;&quot;: service nfs does not run/,
    );
    assert.match(stdout, /<skipped message="cluster\/prod pods: no right to list pods"\/>/);
    assert.match(stdout, /<system-out>LOW StorageClass nfs/);
  });

  it('gives code scanners every problem, and an open question for what was not assessed', async () => {
    const { stdout } = await validate('-o', 'sarif');

    const { version, runs } = JSON.parse(stdout) as {
      version: string;
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; kind?: string; level: string }[];
      }[];
    };
    const [run] = runs;
    const known = new Set(run?.tool.driver.rules.map(({ id }) => id));
    assert.equal(version, '2.1.0');
    assert.ok(run?.results.every(({ ruleId }) => known.has(ruleId)));
    assert.deepEqual(run?.results.map(({ level }) => level).sort(), ['error', 'error', 'none', 'note']);
    assert.equal(run?.results.find(({ kind }) => kind === 'open')?.level, 'none');
  });

  it('says when nothing is wrong, and when no rule is about what was asked', async () => {
    const healthy = folder.file('healthy.json');
    writeFileSync(healthy, JSON.stringify(makeResult({ validation: validateEstate(makeHealthyEstate()) })));

    assert.match((await runCommand({ argv: ['validate', '--from', healthy] })).stdout, /^No rule is broken/);
    assert.match((await validate('--check', 'no-such-rule')).stdout, /^No rule is about that\.\n/);
  });

  it('exits 3 for an incomplete scan', async () => {
    const partial = folder.file('partial.json');
    const result = makeBroken();
    writeFileSync(partial, JSON.stringify({ ...result, scan: { ...result.scan, complete: false } }));

    assert.equal((await runCommand({ argv: ['validate', '--from', partial] })).code, 3);
  });
});
