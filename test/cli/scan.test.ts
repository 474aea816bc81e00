import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { DeliveryError, HistoryError, LockError } from '../../src/errors.ts';
import { makeResult } from '../support/make-result.ts';
import { runCommand } from '../support/run-command.ts';
import { makeFinding } from '../support/stored-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] cli/scan', () => {
  const folder = useTemporaryFolder();
  const config = folder.file('strandline.yaml');
  writeFileSync(folder.file('key'), '1-abcdef');
  writeFileSync(
    config,
    'clusters: [{ name: prod, inCluster: true }]\nnas: [{ name: nas01, url: "https://nas01", apiKeyFile: key }]\n',
  );
  const out = folder.file('out');
  const base = ['scan', '--config', config, '--out', out];

  it('scans, writes, delivers, prints a short summary with the paths, and exits 0', async () => {
    const { code, stdout, calls } = await runCommand({ argv: base });

    assert.equal(code, 0);
    assert.deepEqual(calls, ['runScan', 'settleDeliveries', 'writeOutputs', 'deliver']);
    assert.match(stdout, /^OK: /);
    assert.match(stdout, new RegExp(`${out}/report.html`));
    assert.deepEqual(readdirSync(out), [], 'the trial file is gone');
  });

  it('hands flags on as config, and reads no secret for it', async () => {
    let seen: unknown;
    await runCommand({
      argv: [
        ...base,
        '-n',
        'shop,blog',
        '-n',
        'ci',
        '--cluster',
        'prod',
        '--check',
        'claim-lost',
        '--severity',
        'high',
        '--min-age',
        '2h',
      ],
      ports: {
        runScan: async ({ scope, checks }) => {
          seen = { ...scope.include, checks: scope.checks, minSeverity: scope.minSeverity, minAge: checks.minAge };
          return { result: makeResult(), problems: [] };
        },
      },
    });

    assert.deepEqual(seen, {
      clusters: ['prod'],
      nas: [],
      namespaces: ['shop', 'blog', 'ci'],
      drivers: [],
      storageClasses: [],
      labels: {},
      checks: ['claim-lost'],
      minSeverity: 'HIGH',
      minAge: '2h',
    });
  });

  it('writes what --format names, always the JSON, and no PDF after --no-pdf', async () => {
    const formats = async (...more: string[]) => {
      let wanted: readonly string[] = [];
      await runCommand({
        argv: [...base, ...more],
        ports: {
          writeOutputs: async (_result, request) => {
            wanted = request.formats;
            return { files: [], problems: [] };
          },
        },
      });
      return [...wanted].toSorted();
    };

    assert.deepEqual(await formats(), ['html', 'json', 'pdf']);
    assert.deepEqual(await formats('--no-pdf'), ['html', 'json']);
    assert.deepEqual(await formats('--format', 'csv,markdown'), ['csv', 'json', 'markdown']);
  });

  it('has dated copies made as output.keep says', async () => {
    let keep: unknown;
    await runCommand({
      argv: base,
      ports: {
        writeOutputs: async (_result, request) => {
          keep = request.keep;
          return { files: [], problems: [] };
        },
      },
    });

    assert.deepEqual(keep, { count: 7, days: 7 });
  });

  it('exits 2 for a folder below one that takes no folders, instead of trying for ever', async () => {
    const { code, stderr, calls } = await runCommand({
      argv: ['scan', '--config', config, '--out', '/proc/strandline/out'],
    });

    assert.equal(code, 2);
    assert.match(stderr, /\/proc\/strandline\/out: the output folder cannot be written/);
    assert.deepEqual(calls, ['deliverFailure']);
  });

  it('makes a folder with its parents', async () => {
    const { code } = await runCommand({ argv: ['scan', '--config', config, '--out', folder.file('a/b/c')] });

    assert.equal(code, 0);
    assert.ok(existsSync(folder.file('a/b/c')));
  });

  it('exits 2 with the path when the folder cannot be written, before anything is read', async () => {
    writeFileSync(folder.file('file'), '');
    const bad = folder.file('file/out');

    const { code, stderr, calls } = await runCommand({ argv: ['scan', '--config', config, '--out', bad] });

    assert.equal(code, 2);
    assert.match(stderr, /file\/out: the output folder cannot be written \(ENOTDIR\)/);
    assert.deepEqual(calls, ['deliverFailure']);
    assert.equal(existsSync(bad), false);
  });

  it('runs the ports with the job’s name as run id', async () => {
    let ids: readonly string[] = [];
    await runCommand({
      argv: base,
      env: { STRANDLINE_JOB_NAME: 'strandline-29401260' },
      ports: {
        runScan: async (_config, { scanId, runId }) => {
          ids = [scanId, runId];
          return { result: makeResult(), problems: [] };
        },
      },
    });

    assert.match(ids[0] ?? '', /^20261123T050000Z-[0-9a-f]{8}$/);
    assert.equal(ids[1], 'strandline-29401260');
  });

  const outcomes: readonly (readonly [string, Parameters<typeof runCommand>[0]['ports'] & object, number])[] = [
    ['an incomplete result', { runScan: async () => ({ result: incomplete(), problems: [] }) }, 3],
    [
      'a history problem',
      { runScan: async () => ({ result: makeResult(), problems: [{ kind: 'history', message: 'disk full' }] }) },
      4,
    ],
    [
      'a PDF that was not made',
      { writeOutputs: async () => ({ files: [], problems: [{ kind: 'delivery', message: 'no browser' }] }) },
      5,
    ],
    ['a delivery that failed', { deliver: async () => [{ kind: 'delivery', message: 'smtp down' }] }, 5],
    [
      'history before an incomplete result',
      { runScan: async () => ({ result: incomplete(), problems: [{ kind: 'history', message: 'x' }] }) },
      4,
    ],
    ['a held lock', { runScan: async () => Promise.reject(new LockError('held by x')) }, 6],
    ['a history that stops the run', { runScan: async () => Promise.reject(new HistoryError('newer format')) }, 4],
    ['a delivery error that stops the run', { deliver: async () => Promise.reject(new DeliveryError('x')) }, 5],
    ['an unexpected error', { runScan: async () => Promise.reject(new TypeError('x is undefined')) }, 1],
  ];
  for (const [what, ports, code] of outcomes) {
    it(`exits ${code} for ${what}`, async () => assert.equal((await runCommand({ argv: base, ports })).code, code));
  }

  it('saves and delivers a partial result too', async () => {
    const { calls, stdout } = await runCommand({
      argv: base,
      ports: { runScan: async () => ({ result: incomplete(), problems: [] }) },
    });

    assert.deepEqual(calls, ['runScan', 'settleDeliveries', 'writeOutputs', 'deliver']);
    assert.match(stdout, /Not assessed: nas\/nas01: it did not answer/);
  });

  it('exits 10 for a confirmed finding at --fail-on, and 0 without the flag', async () => {
    const ports = {
      runScan: async () => ({
        result: makeResult({ findings: [makeFinding('a', { confirmation: 'confirmed' })] }),
        problems: [],
      }),
    };

    assert.equal((await runCommand({ argv: [...base, '--fail-on', 'HIGH'], ports })).code, 10);
    assert.equal((await runCommand({ argv: [...base, '--fail-on', 'CRITICAL'], ports })).code, 0);
    assert.equal((await runCommand({ argv: base, ports })).code, 0);
  });

  it('exits 143 after SIGTERM, whatever else happened', async () => {
    const { code, stderr } = await runCommand({
      argv: base,
      signal: 15,
      ports: { runScan: async (_config, { signal }) => Promise.reject(signal.reason) },
    });

    assert.equal(code, 143);
    assert.equal(stderr, '');
  });

  it('replaces what its metrics said when SIGTERM comes while it delivers', async () => {
    const abort = new AbortController();
    const ends: number[] = [];

    const { code } = await runCommand({
      argv: base,
      abort,
      ports: {
        deliver: async () => {
          abort.abort();
          return [];
        },
        deliverFailure: async (_config, { exitCode }) => void ends.push(exitCode),
      },
    });

    assert.equal(code, 143);
    assert.deepEqual(ends, [143]);
  });

  it('keeps its exit code when SIGTERM comes after everything was done', async () => {
    const abort = new AbortController();
    const ends: number[] = [];

    const { code, stdout } = await runCommand({
      argv: base,
      abort,
      ports: {
        deliver: async () => {
          setImmediate(() => abort.abort());
          return [];
        },
        openAudit: () => ({
          close: async () => {
            await new Promise((resolve) => setImmediate(resolve));
            await new Promise((resolve) => setImmediate(resolve));
          },
        }),
        deliverFailure: async (_config, { exitCode }) => void ends.push(exitCode),
      },
    });

    assert.equal(abort.signal.aborted, true);
    assert.equal(code, 0);
    assert.deepEqual(ends, []);
    assert.match(stdout, /^OK: /);
  });

  it('says in the report and in the mail what became of messages of earlier runs', async () => {
    const text = 'The message of run-1 may or may not have arrived';
    const seen: unknown[] = [];

    await runCommand({
      argv: ['scan', '--config', config, '--out', out],
      ports: {
        settleDeliveries: async () => [text],
        writeOutputs: async ({ notes }) => {
          seen.push(notes);
          return { files: [], problems: [] };
        },
        deliver: async (_config, { notes }) => {
          seen.push(notes);
          return [];
        },
      },
    });

    assert.deepEqual(seen, [[{ kind: 'delivery', text }], [{ kind: 'delivery', text }]]);
  });

  it('exits 2 without any cluster and NAS, and says what to do', async () => {
    const { code, stderr, calls } = await runCommand({ argv: ['scan', '--out', out] });

    assert.equal(code, 2);
    assert.match(stderr, /--config or STRANDLINE_CONFIG/);
    assert.match(stderr, /config init/);
    assert.deepEqual(calls, ['deliverFailure']);
  });

  it('judges a collected inventory again with --from, and delivers nothing', async () => {
    const inventory = folder.file('inventory.json');
    writeFileSync(inventory, JSON.stringify({ schemaVersion: 1, clusters: [], nases: [] }));

    const { calls, code } = await runCommand({ argv: [...base, '--from', inventory] });

    assert.equal(code, 0);
    assert.deepEqual(calls, ['replay', 'writeOutputs']);
  });

  it('refuses to scan a finished result', async () => {
    const file = folder.file('result.json');
    writeFileSync(file, JSON.stringify(makeResult()));

    const { code, stderr } = await runCommand({ argv: [...base, '--from', file] });

    assert.equal(code, 2);
    assert.match(stderr, /holds a finished result/);
  });

  it('writes errors as one JSON line when piped and as text on a terminal', async () => {
    mkdirSync(folder.file('other'), { recursive: true });
    const argv = ['scan', '--config', folder.file('gone.yaml')];

    const piped = await runCommand({ argv });
    const seen = await runCommand({ argv, columns: 80 });

    assert.equal((JSON.parse(piped.stderr) as { err: { code: string } }).err.code, 'CONFIG');
    assert.match(seen.stderr, /^strandline: .*gone\.yaml: the config file cannot be read/);
    assert.match(seen.stderr, /→ Check the path/);
    assert.doesNotMatch(seen.stderr, /at .*\.ts/);
  });
});

function incomplete() {
  const result = makeResult();
  const notAssessed = [{ what: 'nas/nas01', because: 'it did not answer', checks: [], scopes: [] }];
  return { ...result, scan: { ...result.scan, complete: false }, summary: { ...result.summary, notAssessed } };
}
