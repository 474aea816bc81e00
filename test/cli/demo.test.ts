import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { truthKey } from '../../fixtures/builder/truth.ts';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { ScanResult } from '../../src/model/scan-result.ts';
import { wirePorts } from '../../src/run/wire.ts';
import type { TruthFinding } from '../../src/simulate/estate.ts';
import { foundIn } from '../support/scan-estate.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[I] cli/demo', () => {
  const folder = useTemporaryFolder();
  const lines: string[] = [];
  let code = -1;
  let result: ScanResult;

  /** Over the wire, with the real clients, store and renderers; only the browser is left out. */
  before(async () => {
    const screen = { write: (text: string) => void lines.push(text), isTerminal: false };
    const io: CliIo = {
      env: { HOME: folder.path, STRANDLINE_DEPLOYMENT: 'not-the-demo' },
      cwd: folder.path,
      stdout: screen,
      stderr: screen,
      now: () => new Date(),
      signal: new AbortController().signal,
      signalNumber: () => undefined,
      loadPorts: async () => wirePorts(),
    };
    code = await runCli(['demo', '--no-pdf', '--out', folder.file('out')], io);
    result = ScanResult.parse(JSON.parse(readFileSync(folder.file('out/result.json'), 'utf8')));
  });

  it('exits 0, writes its files and prints their paths', () => {
    assert.equal(code, 0, lines.join(''));
    assert.deepEqual(readdirSync(folder.file('out')).toSorted(), ['report.html', 'result.json']);
    assert.match(lines.join(''), /out\/report\.html\n/);
  });

  it('finds exactly what the truth of the estate says', () => {
    const found = foundIn(result);

    assert.deepEqual(sorted(found), sorted(demoEstate().truth.findings));
    assert.ok(found.length > 30);
  });

  it('confirms every finding by the night before', () => {
    assert.equal(result.summary.confirmed, result.summary.findings);
    assert.equal(result.history.state, 'ready');
  });

  it('read every section of every system', () => {
    assert.deepEqual(
      result.sections.filter((section) => !section.ok),
      [],
    );
    assert.deepEqual(
      new Set(result.sections.map(({ source }) => source)),
      new Set(['cluster/prod', 'cluster/staging', 'nas/nas01']),
    );
  });

  it('measures every clock against the estate’s own', () => {
    const skews = [...result.scope.clusters, ...result.scope.nases].map(({ clockSkewMs = Number.NaN }) => clockSkewMs);

    assert.equal(skews.length, 3);
    assert.ok(
      skews.every((skewMs) => Math.abs(skewMs) < 60_000),
      String(skews),
    );
  });

  it('remembers 90 nights, and forecasts when each pool is full', () => {
    const pools = result.trends.forecasts.filter(({ subject }) => subject === 'pool');

    assert.equal(result.history.scans, 90);
    assert.deepEqual(
      pools.map(({ key, state }) => [key, state]),
      [
        ['nas01/tank', 'forecast'],
        ['nas01/fast', 'forecast'],
      ],
    );
  });

  it('has nothing of the user’s own environment in it', () => {
    assert.equal(result.scan.deployment, 'demo');
  });
});

function sorted(findings: readonly TruthFinding[]) {
  return Object.fromEntries(
    findings.map((finding) => [truthKey(finding), finding] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
