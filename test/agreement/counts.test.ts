import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describeScan } from '../../src/cli/commands/scan.ts';
import { buildMailView } from '../../src/deliver/email/build.ts';
import { renderHtml as renderMailHtml } from '../../src/deliver/email/html.ts';
import { formatText } from '../../src/deliver/email/text.ts';
import { buildPart } from '../../src/deliver/part.ts';
import { buildSourceGroups } from '../../src/deliver/pushgateway/build.ts';
import { formatGroups } from '../../src/deliver/pushgateway/text-file.ts';
import { severities } from '../../src/model/finding.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { renderFindingsCsv } from '../../src/report/csv.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJson } from '../../src/report/json.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { formatSize } from '../../src/util/format-size.ts';
import { runCommand } from '../support/run-command.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { results } from './random-result.ts';
import { bySeverity, type Counts, numberIn, readHtml, wordIn } from './said-by.ts';
import { countsOfRows, parseCsv } from './tables.ts';

const now = new Date('2026-11-23T05:01:00.000Z');
const report = { timeZone: 'UTC', locale: 'en', paper: 'A4', title: undefined, logo: undefined, now } as const;

/** Counted here from the bare findings, by nothing of the product. */
function truthOf({ findings }: ScanResult) {
  const present = findings.filter(({ change }) => change !== 'resolved');
  const open = present.filter(({ ignoredBy }) => ignoredBy === undefined);
  const reclaimableBytes = open.reduce((sum, { bytes }) => sum + (bytes.reclaimable ?? 0), 0);
  return {
    open: open.length,
    confirmed: open.filter(({ confirmation }) => confirmation === 'confirmed').length,
    unconfirmed: open.filter(({ confirmation }) => confirmation === 'unconfirmed').length,
    new: open.filter(({ change }) => change === 'new').length,
    resolved: findings.length - present.length,
    ignored: present.length - open.length,
    bySeverity: bySeverity((severity) => open.filter((finding) => finding.severity === severity).length),
    reclaimableBytes,
    reclaimable: formatSize(reclaimableBytes),
  } satisfies Counts;
}

/** Fails when an output says another number than is true; what it does not say it may leave out. */
function agrees(result: ScanResult, said: Counts): void {
  const truth: Counts = truthOf(result);
  const expected = Object.fromEntries(Object.keys(said).map((key) => [key, truth[key as keyof Counts]]));
  assert.deepEqual(said, expected);
}

const check = (property: (result: ScanResult) => void, numRuns: number) =>
  fc.assert(fc.property(results, property), { numRuns });

describe('[U] agreement: every output says the same counts', () => {
  const folder = useTemporaryFolder();
  const file = folder.file('result.json');

  it('makes results with every state, so that the test can fail', () => {
    const seen = { ignored: 0, resolved: 0, new: 0, several: 0 };
    for (const result of fc.sample(results, 100)) {
      const truth = truthOf(result);
      seen.ignored += truth.ignored;
      seen.resolved += truth.resolved;
      seen.new += truth.new;
      seen.several += Number(truth.open > 5);
    }
    assert.ok(Object.values(seen).every((count) => count > 5));
    assert.throws(() => agrees(fc.sample(results, 1)[0] as ScanResult, { open: -1 }));
  });

  it('JSON: summary, checks and list', () =>
    check((result) => {
      const { summary, findings, checks } = JSON.parse(renderJson(result)) as ScanResult;
      const { findings: open, ...rest } = summary;
      agrees({ ...result, findings }, { ...pickCounts(rest), open });
      assert.equal(
        checks.reduce((sum, { count }) => sum + count, 0),
        open + summary.ignored,
      );
    }, 100));

  it('HTML: page one, the headings of the findings and the embedded result', () =>
    check((result) => {
      const { pageOne, headings, embedded } = readHtml(renderHtml(result, report));
      agrees(result, pageOne);
      assert.equal(headings, truthOf(result).open);
      assert.deepEqual(embedded.summary, result.summary);
    }, 25));

  it('CSV: its rows', () =>
    check((result) => {
      agrees(result, countsOfRows(parseCsv(renderFindingsCsv(result))));
    }, 50));

  it('Markdown: its first lines, its tables', () =>
    check((result) => {
      const text = renderMarkdown(result, report);
      const count = (word: string) => numberIn(text, new RegExp(`([\\d,]+) ${word}`));
      agrees(result, {
        open: count('open,'),
        confirmed: count('confirmed,'),
        unconfirmed: count('unconfirmed,'),
        new: count('new,'),
        resolved: count('resolved\\.'),
        ignored: numberIn(text, /Ignored on request: ([\d,]+) finding/),
        reclaimable: wordIn(text, /\| Together \|.*\| ([^|]+) \|\n/),
      });
      const groups = [...text.matchAll(/^#### .* \((\d+) [^)]*\)$/gm)].map(([, number]) => Number(number));
      assert.equal(
        groups.reduce((sum, number) => sum + number, 0),
        truthOf(result).open,
      );
    }, 50));

  it('metrics: the families of findings and bytes', async () => {
    for (const result of fc.sample(results, 30)) {
      const text = await formatGroups(buildSourceGroups(result, { perVolume: { enabled: false, cap: 0 } }));
      const sum = (family: string, ...labels: readonly string[]) =>
        [...text.matchAll(/^(strandline_\w+)(\{[^}]*\})? (\S+)$/gm)]
          .filter(([, name, own = '']) => name === family && labels.every((label) => own.includes(label)))
          .reduce((total, [, , , value]) => total + Number(value), 0);
      const open = (...labels: readonly string[]) =>
        sum('strandline_findings', ...labels) - sum('strandline_findings', 'change="resolved"', ...labels);
      agrees(result, {
        open: open(),
        confirmed: open('confirmation="confirmed"'),
        unconfirmed: open('confirmation="unconfirmed"'),
        new: open('change="new"'),
        resolved: sum('strandline_findings', 'change="resolved"'),
        ignored: sum('strandline_findings_ignored'),
        bySeverity: bySeverity((severity) => open(`severity="${severity}"`)),
        reclaimableBytes: sum('strandline_reclaimable_bytes'),
      });
    }
  });

  it('mail: subject, text and HTML', () =>
    check((result) => {
      const part = buildPart(result, { namespaces: [] }, now);
      const view = buildMailView(result, part, { remarks: [] });
      const said = (figure: (name: string) => string) => ({
        open: Number(figure('Open findings')),
        confirmed: Number(figure('Confirmed')),
        new: Number(figure('New')),
        resolved: Number(figure('Resolved')),
        ignored: Number(figure('Ignored')),
        reclaimable: figure('Reclaimable'),
      });
      const text = formatText(view);
      const html = renderMailHtml(view);
      agrees(
        result,
        said((name) => wordIn(text, new RegExp(`${name}: ([^\\n]+)`))),
      );
      agrees(
        result,
        said((name) => wordIn(html, new RegExp(`class="figure"[^>]*>([^<]+)</span><br[^>]*><span[^>]*>${name}<`))),
      );
      agrees(result, {
        open: numberIn(view.subject, /(\d+) open/),
        new: numberIn(view.subject, /(\d+) new/),
        ...(view.subject.includes('reclaimable') && { reclaimable: wordIn(view.subject, /, ([^,]+ [A-Z]?i?B) recl/) }),
      });
    }, 15));

  it('CLI: the summary that `scan` prints', () =>
    check((result) => {
      const text = describeScan(result, { files: [], problems: [] }, []).table(undefined);
      agrees(result, {
        open: numberIn(text, /^(\d+) findings? \(/m),
        confirmed: numberIn(text, /\((\d+) confirmed/),
        new: numberIn(text, /confirmed, (\d+) new\)/),
        reclaimable: wordIn(text, /new\), (.+) to free/),
        ignored: numberIn(text, /(\d+) ignored/),
        resolved: numberIn(text, /(\d+) resolved/),
      });
    }, 100));

  it('CLI: table, JSON and CSV of `orphans`, and its exit code at every severity', async () => {
    for (const result of fc.sample(results, 12)) {
      writeFileSync(file, renderJson(result));
      const run = (...more: readonly string[]) => runCommand({ argv: ['orphans', '--from', file, ...more] });
      const { stdout } = await run();
      const sums = (JSON.parse((await run('-o', 'json')).stdout) as { sums: Record<string, number> }).sums;
      const truth = truthOf(result);
      agrees(result, {
        open: numberIn(stdout, /^(\d+) findings? \(/m),
        confirmed: numberIn(stdout, /\((\d+) confirmed\)/),
        reclaimable: wordIn(stdout, /confirmed\), ([^,\n]+) to free/),
      });
      agrees(result, { open: sums['findings'] ?? -1, confirmed: sums['confirmed'] ?? -1 });
      assert.equal(sums['reclaimableBytes'], truth.reclaimableBytes);
      agrees(result, countsOfRows(parseCsv((await run('--all', '-o', 'csv')).stdout)));
      for (const [index, severity] of severities.entries()) {
        const { code } = await run('--fail-on', severity, '--include-unconfirmed');
        const reached = severities.slice(index).reduce((sum, level) => sum + truth.bySeverity[level], 0);
        assert.equal(code, reached > 0 ? 10 : 0, severity);
      }
      assert.equal((await run('--fail-on', 'LOW')).code, truth.confirmed > 0 ? 10 : 0);
    }
  });
});

function pickCounts(summary: Omit<ScanResult['summary'], 'findings'>): Counts {
  const { confirmed, unconfirmed, new: fresh, resolved, ignored, bySeverity: severity, reclaimableBytes } = summary;
  return { confirmed, unconfirmed, new: fresh, resolved, ignored, bySeverity: severity, reclaimableBytes };
}
