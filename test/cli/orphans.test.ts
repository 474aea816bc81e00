import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse } from 'yaml';
import { narrowFindings } from '../../src/cli/narrow.ts';
import { checkIds, severities } from '../../src/model/finding.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';
import { runCommand } from '../support/run-command.ts';
import { makeFinding } from '../support/stored-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] cli/orphans', () => {
  const folder = useTemporaryFolder();
  const rich = folder.file('rich.json');
  writeFileSync(rich, JSON.stringify(makeRichResult()));

  it('shows a stored result without config, cluster or ports', async () => {
    const { stdout, calls } = await runCommand({ argv: ['orphans', '--from', rich] });

    assert.match(stdout, /^SEVERITY +CHECK +RESOURCE/);
    assert.match(stdout, /\d+ findings \(\d+ confirmed\)/);
    assert.deepEqual(calls, []);
  });

  it('says the same counts and bytes in every form', async () => {
    const of = async (format: string) => (await runCommand({ argv: ['orphans', '--from', rich, '-o', format] })).stdout;
    const json = JSON.parse(await of('json')) as { sums: { findings: number; confirmed: number }; findings: unknown[] };
    const yaml = parse(await of('yaml')) as unknown;
    const csvRows = (await of('csv')).split('\r\n').filter((line) => /^[0-9a-f-]+,|^finding/.test(line)).length;
    const table = await of('table');

    assert.deepEqual(yaml, json);
    assert.equal(json.findings.length, json.sums.findings);
    assert.equal(csvRows, json.sums.findings);
    assert.match(table, new RegExp(`^${json.sums.findings} findings \\(${json.sums.confirmed} confirmed\\)`, 'm'));
    assert.ok(json.sums.findings > 5);
  });

  it('fits into 80 columns of a terminal, and loses nothing of a name', async () => {
    const name = `tank/k8s/vols/pvc-${'0123456789abcdef'.repeat(4)}`;
    const file = folder.file('long.json');
    const finding = makeFinding('a', { resource: { source: 'nas/nas01', nas: 'nas01', kind: 'Dataset', name } });
    writeFileSync(file, JSON.stringify(makeResult({ findings: [finding] })));

    const { stdout } = await runCommand({ argv: ['orphans', '--from', file], columns: 80 });

    assert.deepEqual(
      stdout.split('\n').filter((line) => line.length > 80),
      [],
    );
    assert.ok(columnText(stdout, 'RESOURCE').includes(name));
  });

  it('lets no escape sequence of a name reach the terminal, and no formula a spreadsheet', async () => {
    const findings = [...hostileStrings, '\u009b2J', '\u001b]0;owned\u0007'].map((name, index) =>
      makeFinding(`f${index}`, { why: name, resource: { source: 'nas/nas01', kind: 'Dataset', name } }),
    );
    const file = folder.file('hostile.json');
    writeFileSync(file, JSON.stringify(makeResult({ findings })));

    const table = await runCommand({ argv: ['orphans', '--from', file], columns: 100 });
    const csv = await runCommand({ argv: ['orphans', '--from', file, '-o', 'csv'] });

    assert.doesNotMatch(table.stdout, /[^\n\P{Cc}]|\p{Bidi_Control}/u);
    assert.doesNotMatch(csv.stdout, /(^|,)"?[=+@-]/m);
    const shownCsv = await runCommand({ argv: ['orphans', '--from', file, '-o', 'csv'], columns: 100 });
    assert.doesNotMatch(shownCsv.stdout, /[^\r\n\P{Cc}]|\p{Bidi_Control}/u);
    const names = findings.map(({ resource }) => resource.name);
    for (const format of ['json', 'yaml']) {
      const { stdout } = await runCommand({ argv: ['orphans', '--from', file, '-o', format] });
      const shown = parse(stdout) as { findings: readonly { resource: { name: string } }[] };
      assert.doesNotMatch(stdout, /[^\n\P{Cc}]|\p{Bidi_Control}/u, format);
      assert.deepEqual(
        shown.findings.map(({ resource }) => resource.name),
        names,
        format,
      );
    }
  });

  it('says what was not assessed beside an empty list, and exits 3', async () => {
    const file = folder.file('partial.json');
    const result = makeResult();
    const notAssessed = [{ what: 'nas/nas01', because: 'it did not answer', checks: [], scopes: [] }];
    writeFileSync(
      file,
      JSON.stringify({
        ...result,
        scan: { ...result.scan, complete: false },
        summary: { ...result.summary, notAssessed },
      }),
    );

    const { code, stdout } = await runCommand({ argv: ['orphans', '--from', file] });

    assert.equal(code, 3);
    assert.equal(stdout, '0 findings (0 confirmed), 0 B to free\nNot assessed: nas/nas01: it did not answer\n');
  });

  it('leaves out ignored and resolved findings unless --all is given', async () => {
    const findings = [
      makeFinding('a'),
      makeFinding('b', { ignoredBy: { rule: 'lab', reason: 'a lab' } }),
      makeFinding('c', { change: 'resolved' }),
    ];
    const file = folder.file('ignored.json');
    writeFileSync(file, JSON.stringify(makeResult({ findings })));

    const few = await runCommand({ argv: ['orphans', '--from', file] });
    const all = await runCommand({ argv: ['orphans', '--from', file, '--all'] });

    assert.match(few.stdout, /^1 finding /m);
    assert.match(all.stdout, /^3 findings /m);
    assert.match(all.stdout, /ignored: a lab/);
  });

  it('lists only what no scan before has seen or what came back with --new-only, and fails for these alone', async () => {
    const open = { confirmation: 'confirmed' } as const;
    const findings = (['new', 'open', 'cameBack', 'resolved'] as const).map((change, index) =>
      makeFinding(`f${index}`, { ...open, change, severity: change === 'open' ? 'CRITICAL' : 'LOW' }),
    );
    const file = folder.file('news.json');
    writeFileSync(file, JSON.stringify(makeResult({ findings })));
    const argv = ['orphans', '--from', file, '-o', 'json'];

    const all = await runCommand({ argv: [...argv, '--fail-on', 'CRITICAL'] });
    const news = await runCommand({ argv: [...argv, '--new-only', '--fail-on', 'CRITICAL'] });
    const low = await runCommand({ argv: [...argv, '--new-only', '--fail-on', 'LOW'] });

    const changesOf = ({ stdout }: { stdout: string }) =>
      (JSON.parse(stdout) as { findings: { change: string }[] }).findings.map(({ change }) => change);
    assert.deepEqual(changesOf(all), ['new', 'open', 'cameBack']);
    assert.deepEqual(changesOf(news), ['new', 'cameBack']);
    assert.deepEqual([all.code, news.code, low.code], [10, 0, 10]);
  });

  it('exits 10 with --fail-on from a stored result', async () => {
    const file = folder.file('fail.json');
    writeFileSync(file, JSON.stringify(makeResult({ findings: [makeFinding('a')] })));

    assert.equal((await runCommand({ argv: ['orphans', '--from', file, '--fail-on', 'HIGH'] })).code, 0);
    assert.equal(
      (await runCommand({ argv: ['orphans', '--from', file, '--fail-on', 'HIGH', '--include-unconfirmed'] })).code,
      10,
    );
  });

  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['half a file', '{"schemaVersion":1,"too', /is not JSON, or was cut short/],
    ['something else', '{"hello":1}', /is no scan result/],
    ['a newer version', '{"schemaVersion":2}', /written by a newer Strandline/],
  ];
  for (const [what, content, message] of broken) {
    it(`exits 2 for ${what}`, async () => {
      const file = folder.file('broken.json');
      writeFileSync(file, content);

      const { code, stderr } = await runCommand({ argv: ['orphans', '--from', file] });

      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }

  it('narrows to a subset, whatever the flags', () => {
    const result = makeRichResult();
    const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });
    const flags = fc.record({
      namespace: some(['shop', 'media', 'nowhere']),
      cluster: some(['prod', 'staging']),
      nas: some(['nas01', 'nas02']),
      check: some(checkIds),
      severity: fc.option(fc.constantFrom(...severities), { nil: undefined }),
      minAge: fc.option(fc.constantFrom('1h', '30d', '400d'), { nil: undefined }),
    });

    fc.assert(
      fc.property(flags, (chosen) => {
        const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
        const narrowed = narrowFindings(result, given);
        assert.ok(narrowed.every((finding) => result.findings.includes(finding)));
        if (Object.keys(given).length === 0) assert.equal(narrowed.length, result.findings.length);
      }),
    );
  });
});

/** The text of one column, with its wrapped lines joined. */
function columnText(table: string, title: string): string {
  const lines = table.split('\n');
  const start = lines[0]?.indexOf(title) ?? 0;
  const end = start + (/^\S+\s+/.exec(lines[0]?.slice(start) ?? '')?.[0].length ?? 0);
  return lines
    .slice(1)
    .map((line) => line.slice(start, end).trim())
    .join('');
}
