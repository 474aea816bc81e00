import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { compareResults } from '../../src/cli/compare-results.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';
import { runCommand } from '../support/run-command.ts';
import { makeCheck, makeFinding, makeUsage, makeVolume } from '../support/stored-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] cli/commands', () => {
  const folder = useTemporaryFolder();
  writeFileSync(folder.file('key'), '1-abcdef');
  const config = folder.file('strandline.yaml');
  writeFileSync(
    config,
    'clusters: [{ name: prod, inCluster: true }]\nnas: [{ name: nas01, url: "https://nas01", apiKeyFile: key }]\n',
  );

  function store(name: string, result: unknown): string {
    const file = folder.file(name);
    writeFileSync(file, JSON.stringify(result));
    return file;
  }

  describe('usage', () => {
    const file = store('usage.json', makeRichResult());

    it('shows pools, and answers to analyze too', async () => {
      const usage = await runCommand({ argv: ['usage', '--from', file], columns: 80 });
      const analyze = await runCommand({ argv: ['analyze', '--from', file], columns: 80 });

      assert.match(usage.stdout, /^POOL +STATUS +USABLE/);
      assert.equal(analyze.stdout, usage.stdout);
      assert.deepEqual(
        usage.stdout.split('\n').filter((line) => line.length > 80),
        [],
      );
    });

    for (const view of ['volume', 'namespace', 'storageclass', 'backend', 'pool']) {
      it(`gives the same rows by ${view} as JSON and as CSV`, async () => {
        const json = await runCommand({ argv: ['usage', '--from', file, '--by', view, '-o', 'json'] });
        const csv = await runCommand({ argv: ['usage', '--from', file, '--by', view, '-o', 'csv'] });

        const rows = (JSON.parse(json.stdout) as { usage: readonly { name: string }[] }).usage;
        assert.equal(csv.stdout.trimEnd().split('\r\n').length, rows.length + 1);
        assert.ok(rows.every((row) => typeof row.name === 'string'));
      });
    }

    it('sums a narrowed view anew, and leaves a sum unknown of which a part is unknown', async () => {
      const volumes = [
        makeVolume('a', { namespace: 'web', usedBytes: 5 }),
        makeVolume('b', { namespace: 'web', usedBytes: 7 }),
        makeVolume('c', { namespace: 'ci', usedBytes: 1 }),
        { ...makeVolume('d', { namespace: 'ci' }), usedBytes: undefined },
      ];
      const narrow = store('narrow.json', makeResult({ usage: makeUsage(volumes as never) }));

      const { stdout } = await runCommand({
        argv: ['usage', '--from', narrow, '--by', 'namespace', '-n', 'web,ci', '-o', 'json'],
      });

      const { usage } = JSON.parse(stdout) as { usage: readonly { name: string; usedBytes?: number }[] };
      assert.deepEqual(
        usage.map(({ name, usedBytes }) => [name, usedBytes]),
        [
          ['prod/web', 12],
          ['prod/ci', undefined],
        ],
      );
    });
  });

  describe('diff', () => {
    const older = makeResult({
      checks: [makeCheck()],
      findings: [makeFinding('gone'), makeFinding('same'), makeFinding('worse')],
    });

    it('tells what appeared, is gone and changed', () => {
      const newer = makeResult({
        checks: [makeCheck({ status: 'found' })],
        findings: [makeFinding('same'), makeFinding('worse', { severity: 'CRITICAL' }), makeFinding('fresh')],
      });

      const differences = compareResults(older, newer).map(({ difference, finding }) => `${difference} ${finding.id}`);

      assert.deepEqual(differences.toSorted(), ['appeared fresh', 'changed worse', 'gone gone']);
    });

    const unknowns: readonly (readonly [string, Parameters<typeof makeResult>[0]])[] = [
      [
        'its check was not assessed',
        { checks: [makeCheck({ status: 'notAssessed', because: 'nas01 did not answer' })] },
      ],
      ['its check failed', { checks: [makeCheck({ status: 'errored' })] }],
      ['its check did not run there', { checks: [makeCheck({ scope: 'cluster/staging' })] }],
      [
        'its resource was undecided',
        {
          checks: [makeCheck({ undecided: [{ kind: 'PersistentVolume', name: 'pv-gone', because: 'locked' }] })],
          findings: [makeFinding('same'), makeFinding('worse')],
        },
      ],
    ];
    for (const [what, newer] of unknowns) {
      it(`never says gone when ${what}`, () => {
        const gone = compareResults(older, makeResult(newer)).find(({ finding }) => finding.id === 'gone');

        assert.equal(gone?.difference, 'unknown');
      });
    }

    it('prints the counts', async () => {
      const { stdout, code } = await runCommand({ argv: ['diff', store('old.json', older), store('new.json', older)] });

      assert.equal(code, 0);
      assert.equal(stdout, '0 appeared, 0 gone, 0 changed, 0 unknown\n');
    });
  });

  describe('report', () => {
    it('renders a stored result without history, and an incomplete one is no failure', async () => {
      const result = makeResult();
      const file = store('partial.json', { ...result, scan: { ...result.scan, complete: false } });

      const { code, calls } = await runCommand({ argv: ['report', '--from', file, '--out', folder.file('rendered')] });

      assert.equal(code, 0);
      assert.deepEqual(calls, ['runReport', 'writeOutputs']);
    });

    it('asks history for the period', async () => {
      let asked: unknown;
      await runCommand({
        argv: ['report', '--period', '7d', '--out', folder.file('weekly')],
        ports: {
          runReport: async (_config, request) => {
            asked = request;
            return { result: makeResult(), problems: [] };
          },
        },
      });

      assert.deepEqual(asked, { periodMs: 604_800_000 });
    });

    it('refuses to mail when no mail is configured, before anything is written', async () => {
      const { code, stderr, calls } = await runCommand({
        argv: ['report', '--deliver', 'email', '--out', folder.file('unmailed')],
      });

      assert.equal(code, 2);
      assert.match(stderr, /--deliver email: no mail is configured/);
      assert.deepEqual(calls, []);
    });
  });

  describe('health', () => {
    it('shows every step, and exits 3 when one failed', async () => {
      const { code, stdout } = await runCommand({
        argv: ['health', '--config', config],
        columns: 80,
        ports: {
          checkHealth: async () => [
            {
              source: 'nas/nas01',
              steps: [
                { name: 'tcp', status: 'passed', detail: 'connected', durationMs: 3.4 },
                {
                  name: 'tls',
                  status: 'failed',
                  detail: 'certificate is self-signed',
                  remedy: 'Give tls.caFile or tls.pins.',
                },
              ],
            },
          ],
        },
      });

      assert.equal(code, 3);
      assert.match(stdout, /nas\/nas01 +tcp +passed +3 +connected/);
      assert.match(stdout, /self-signed/);
    });
  });

  describe('collect', () => {
    it('writes the inventory to a file that only its owner may read, and exits 3 when something is missing', async () => {
      const file = folder.file('bundle/inventory.json');
      const failed = { ok: false, error: { code: 'forbidden', message: 'no' }, takenAt: '2026-11-23T05:00:00Z' };

      const { code } = await runCommand({
        argv: ['collect', '--config', config, '--out', file],
        ports: {
          collect: async () =>
            ({
              schemaVersion: 1,
              clusters: [],
              nases: [{ name: 'nas01', addresses: [], sections: { pools: failed } }],
            }) as never,
        },
      });

      assert.equal(code, 3);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal((JSON.parse(readFileSync(file, 'utf8')) as { schemaVersion: number }).schemaVersion, 1);
    });
  });

  describe('config', () => {
    it('check says what is right and what is missing', async () => {
      const { code, stdout } = await runCommand({ argv: ['config', 'check', '--config', config] });

      assert.equal(code, 0);
      assert.match(
        stdout,
        /strandline\.yaml: correct \(sha256:[0-9a-f]{12}\)\n1 cluster, 1 TrueNAS system, 0 declared backends/,
      );
    });

    it('check refuses a CA file without a certificate', async () => {
      const file = folder.file('ca.yaml');
      writeFileSync(file, 'nas: [{ name: a, url: "https://a", apiKeyFile: key, tls: { caFile: key } }]');

      assert.equal((await runCommand({ argv: ['config', 'check', '--config', file] })).code, 2);
    });

    it('show prints the config in force without its secrets, in a form that can be read back', async () => {
      const file = folder.file('show.yaml');
      writeFileSync(file, 'nas: [{ name: a, url: "https://a", apiKey: "${KEY}" }]\nchecks: { minAge: 2h }\n');

      const { stdout } = await runCommand({ argv: ['config', 'show', '--config', file], env: { KEY: '1-canary' } });

      const shown = parse(stdout) as { checks: { minAge: string }; nas: readonly { apiKey: string }[] };
      assert.equal(shown.checks.minAge, '2h');
      assert.equal(shown.nas[0]?.apiKey, '[redacted]');
      assert.doesNotMatch(stdout, /canary/);
    });

    it('schema is a JSON Schema with every section', async () => {
      const { stdout } = await runCommand({ argv: ['config', 'schema'] });

      const schema = JSON.parse(stdout) as { properties: Record<string, unknown>; additionalProperties: boolean };
      assert.ok(Object.keys(schema.properties).length > 20);
      assert.equal(schema.additionalProperties, false);
    });

    it('init writes a file that loads, without any cluster', async () => {
      const file = folder.file('init/strandline.yaml');
      mkdirSync(folder.file('init/secrets'), { recursive: true });
      writeFileSync(folder.file('init/secrets/nas01-api-key'), '1-abc');

      const { code } = await runCommand({ argv: ['config', 'init', '--offline', '--file', file] });

      assert.equal(code, 0);
      const loaded = loadConfig({ file, env: { HOME: folder.path } });
      assert.deepEqual([loaded.config.clusters.length, loaded.config.nas.length], [1, 1]);
    });

    it('init names the backends and servers that volumes show, and what could not be read', async () => {
      const file = folder.file('found/strandline.yaml');
      mkdirSync(folder.file('found/secrets'), { recursive: true });
      writeFileSync(folder.file('found/secrets/nas01-api-key'), '1-abc');
      const volume = (driver: string, attributes: Record<string, string>) => ({
        csi: { driver, handle: 'pvc-1', attributes },
      });
      const items = [
        volume('nas.example: csi', {
          provisioner_driver: 'freenas-nfs',
          server: '10.9.0.5',
          share: '/mnt/tank/k8s/vols/pvc-1',
        }),
        volume('csi.truenas.io', { targetPortal: '10.9.0.5:3260' }),
        volume('ebs.csi.aws.com', {}),
        volume('local', { provisioner_driver: 'zfs-generic-nfs' }),
      ];
      const kubeconfig = folder.file('kubeconfig');
      writeFileSync(kubeconfig, 'current-context: prod\n');

      const { code } = await runCommand({
        argv: ['config', 'init', '--file', file],
        env: { KUBECONFIG: kubeconfig },
        ports: {
          collect: async () =>
            ({
              schemaVersion: 1,
              nases: [],
              clusters: [
                { name: 'prod', sections: { persistentVolumes: { ok: true, items } } },
                { name: 'lab', sections: { persistentVolumes: { ok: false, error: { message: 'no\nanswer' } } } },
              ],
            }) as never,
        },
      });

      assert.equal(code, 0);
      const { config: loaded } = loadConfig({ file, env: { HOME: folder.path } });
      assert.deepEqual(
        loaded.backends.map(({ driver, family, nas, parents }) => [driver, family, nas, parents]),
        [
          ['nas.example: csi', 'democratic-csi', 'nas01', ['tank/k8s/vols']],
          ['csi.truenas.io', 'truenas-csi', 'nas01', undefined],
        ],
      );
      assert.equal(loaded.nas[0]?.url, 'https://10.9.0.5');
      assert.match(readFileSync(file, 'utf8'), /# Could not be read: no answer\n/);
    });

    it('init replaces nothing unless told to', async () => {
      const file = folder.file('there.yaml');
      writeFileSync(file, 'deployment: mine\n');

      const refused = await runCommand({ argv: ['config', 'init', '--offline', '--file', file] });
      const kept = readFileSync(file, 'utf8');
      const forced = await runCommand({ argv: ['config', 'init', '--offline', '--file', file, '--force'] });

      assert.deepEqual([refused.code, kept, forced.code], [2, 'deployment: mine\n', 0]);
      assert.match(refused.stderr, /EEXIST/);
      assert.ok(existsSync(file));
    });
  });
});
