import assert from 'node:assert/strict';
import { buildProgram } from '../../src/cli/program.ts';
import { runCommand } from '../support/run-command.ts';

describe('[U] cli/program', () => {
  it('has the commands of the contract that exist so far, each with a description', async () => {
    const { stdout, code } = await runCommand({ argv: ['--help'] });

    assert.equal(code, 0);
    for (const name of [
      'scan',
      'report',
      'orphans',
      'usage|analyze',
      'trends',
      'recommendations',
      'validate',
      'health',
      'collect',
      'diff',
      'config',
      'demo',
      'version',
      'completion',
    ]) {
      assert.match(stdout, new RegExp(`^  ${name.replace('|', '\\|')} .*\\w{3}`, 'm'));
    }
    assert.match(stdout, /128\+n/);
  });

  it('keeps every help within 80 columns', async () => {
    const program = buildProgram({
      ...silentIo,
      stdout: { write: () => {}, isTerminal: true, columns: 80 },
    });

    const lines = program.commands.flatMap((command) => command.helpInformation().split('\n'));

    assert.ok(lines.length > 100);
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  });

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['an unknown command', ['scann'], /Did you mean scan/],
    ['an unknown flag', ['scan', '--nas-name', 'x'], /unknown option '--nas-name'/],
    ['an unknown output format', ['orphans', '-o', 'xml'], /Allowed choices are table, json, yaml, csv/],
    ['an unknown check', ['orphans', '--check', 'volume-gone'], /"volume-gone" is none of volume-without-backend/],
    ['an unknown severity', ['orphans', '--severity', 'urgent'], /Use one of LOW, MEDIUM, HIGH, CRITICAL/],
    ['a malformed age', ['orphans', '--min-age', '24'], /Use a duration such as/],
    ['an unknown file format', ['scan', '--format', 'docx'], /"docx" is none of/],
    ['a missing argument', ['diff', 'a.json'], /missing required argument 'newer'/],
  ];
  for (const [what, argv, message] of wrong) {
    it(`exits 2 for ${what} and says what is right`, async () => {
      const { code, stderr, calls } = await runCommand({ argv });

      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.deepEqual(calls, []);
    });
  }

  it('prints its version, also as JSON', async () => {
    const text = await runCommand({ argv: ['version'] });
    const json = await runCommand({ argv: ['version', '-o', 'json'] });

    assert.match(text.stdout, /^strandline \d+\.\d+\.\d+, result schema 1, node 2\d/);
    assert.equal((JSON.parse(json.stdout) as { resultSchema: number }).resultSchema, 1);
  });
});

const silentIo = {
  env: {},
  cwd: '/',
  stderr: { write: () => {}, isTerminal: false },
  now: () => new Date(0),
  signal: new AbortController().signal,
  signalNumber: () => undefined,
  loadPorts: () => Promise.reject(new Error('no ports')),
};
