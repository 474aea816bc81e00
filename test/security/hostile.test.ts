import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { parseFragment } from 'parse5';
import { Config } from '../../src/config/schema.ts';
import { deliverAll } from '../../src/deliver/deliver-all.ts';
import { buildSourceGroups } from '../../src/deliver/pushgateway/build.ts';
import { formatGroups } from '../../src/deliver/pushgateway/text-file.ts';
import { openHistory } from '../../src/history/store.ts';
import { createLogger } from '../../src/log.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import type { ReportOptions } from '../../src/report/options.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { countElements, parseHtml } from '../support/html-tree.ts';
import { makeRichResult } from '../support/make-result.ts';
import { plantHostile } from '../support/plant-hostile.ts';
import { listenSmtp } from '../support/smtp.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const options: ReportOptions = {
  timeZone: 'Europe/Berlin',
  locale: 'en',
  paper: 'A4',
  now: new Date('2026-11-23T06:00:00Z'),
};
const elements = ['script', 'img', 'style', 'svg', 'a', 'iframe', 'form', 'table', 'tr', 'td', 'h1', 'h2', 'p', 'li'];
const metricLine = /^(#.*|[a-z_:][a-z0-9_:]*(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)*\})? [-+.\deINFNa]+)?$/i;

/** Every text that somebody else sets is hostile, and each output still says only what it would have said. */
describe('[U] security: hostile names in every output', () => {
  const folder = useTemporaryFolder();
  const plain = makeRichResult();
  const harmless = plantHostile(plain, 'harmless');
  const planted = (hostile: string): ScanResult => plantHostile(plain, hostile);
  const all = planted(hostileStrings.join(''));

  it('plants something: the other tests can fail', () => {
    const text = JSON.stringify(all);
    assert.ok(text.split('alert(1)').length > 100, 'hundreds of texts are hostile');
  });

  for (const hostile of hostileStrings) {
    it(`makes no element of ${JSON.stringify(hostile)} in the HTML report`, () => {
      const [tree, twin] = [parseHtml(renderHtml(planted(hostile), options)), parseHtml(renderHtml(harmless, options))];
      for (const name of elements) assert.equal(countElements(tree, name), countElements(twin, name), name);
    });
  }

  it('makes no HTML, link, heading or table cell in Markdown', () => {
    const lines = (result: ScanResult) => renderMarkdown(result, options).split('\n');
    const [text, twin] = [lines(all), lines(harmless)];
    const cells = (line: string) => line.replaceAll(/\\./g, '').split('|').length;

    assert.equal(text.length, twin.length);
    assert.deepEqual(text.map(cells), twin.map(cells));
    assert.equal(
      text.filter((line) => line.startsWith('#')).length,
      twin.filter((line) => line.startsWith('#')).length,
    );
    const fragment = parseFragment(text.join('\n'));
    assert.deepEqual(
      fragment.childNodes.filter(({ nodeName }) => nodeName !== '#text').map(({ nodeName }) => nodeName),
      [],
    );
    assert.doesNotMatch(text.join('\n'), /(^|[^\\])!?\[[^\]]*[^\\]\]\(/);
  });

  it('adds no line and no label to the metrics', async () => {
    const metricsOf = (result: ScanResult) =>
      formatGroups(buildSourceGroups(result, { perVolume: { enabled: true, cap: 1000 } }));
    const text = await metricsOf(all);
    const series = (metrics: string) =>
      metrics
        .split('\n')
        .map((line) => line.replace(/[{ ].*/s, ''))
        .toSorted();

    assert.deepEqual(
      text.split('\n').filter((line) => !metricLine.test(line)),
      [],
    );
    assert.deepEqual(series(text), series(await metricsOf(harmless)));
  });

  it('adds no header, recipient or element to a mail', async () => {
    const smtp = await listenSmtp({ disabledCommands: ['STARTTLS'] });
    try {
      const mailOf = async (result: ScanResult) => {
        const email = {
          host: '127.0.0.1',
          port: smtp.port,
          security: 'none',
          from: 's@example.org',
          when: 'always',
          charts: false,
          attach: [],
        };
        const config = Config.parse({ email: { ...email, recipients: [{ to: 'ops@example.org' }] } });
        const deps = {
          logger: silentLogger,
          now: () => new Date(plain.scan.finishedAt),
          signal: new AbortController().signal,
        };
        assert.deepEqual(await deliverAll(config, result, { ...deps, outbox: undefined, exitCode: 0 }), []);
        return simpleParser(smtp.mails.at(-1)?.raw ?? Buffer.alloc(0));
      };
      const odd = '\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script>';
      const hostile = await mailOf({ ...planted(odd), scan: { ...plain.scan, deployment: 'main' } });
      const twin = await mailOf(harmless);

      assert.deepEqual([...hostile.headers.keys()].toSorted(), [...twin.headers.keys()].toSorted());
      assert.deepEqual(
        smtp.mails.map(({ to }) => to),
        [['ops@example.org'], ['ops@example.org']],
      );
      const [tree, other] = [parseHtml(String(hostile.html)), parseHtml(String(twin.html))];
      for (const name of elements) assert.equal(countElements(tree, name), countElements(other, name), name);
    } finally {
      await smtp.close();
    }
  });

  it('keeps JUnit well-formed and SARIF JSON', () => {
    const tags = (xml: string) => [...xml.matchAll(/<\/?([a-z]+)[\s>/]/g)].map(([, name]) => name);

    assert.deepEqual(tags(renderJunit(all)), tags(renderJunit(harmless)));
    assert.deepEqual(renderJunit(all).match(/(?![\t\n\r])\p{Cc}/gu), null);
    assert.equal(
      JSON.parse(renderSarif(all)).runs[0].results.length,
      JSON.parse(renderSarif(harmless)).runs[0].results.length,
    );
  });

  it('goes through SQL and file names of history unharmed and harmless', async () => {
    const place = folder.file('history');
    mkdirSync(place);
    const sql = planted("'); DROP TABLE scans; COPY (SELECT 1) TO '/tmp/strandline-pwned'; --");
    const names = planted('/../../../../tmp/strandline-pwned');
    const store = await openHistory({
      location: { kind: 'directory', directory: place },
      deployment: 'main',
      logger: silentLogger,
    });
    try {
      const scans = [sql, names, all].map(
        (result, index): ScanResult => ({
          ...result,
          scan: { ...result.scan, id: `scan-${index}`, runId: `run-${index}` },
        }),
      );
      for (const scan of scans) await store.append(scan);
      for (const scan of scans) assert.deepEqual(await store.result(scan.scan.id), scan);
      assert.equal((await store.memory()).scans, 3);
      await store.series();
      assert.deepEqual((await store.verify()).damaged, []);
    } finally {
      await store.close();
    }
    assert.equal(existsSync('/tmp/strandline-pwned'), false);
    assert.deepEqual(readdirSync(folder.path), ['history']);
    for (const name of readdirSync(place, { recursive: true, encoding: 'utf8' }))
      assert.match(join(name), /^[\w./=~-]+$/);
  });

  it('sends no control character of a name to the terminal of whoever reads the log', async () => {
    for (const format of ['json', 'pretty'] as const) {
      const lines: string[] = [];
      const logger = await createLogger({ level: 'info', format, fields: {}, write: (line) => lines.push(line) });
      for (const hostile of [...hostileStrings, '\u009b2J', '\u001b]0;owned\u0007'])
        logger.warn({ name: hostile, err: new Error(hostile) }, 'odd');
      const text = lines.join('');
      assert.ok(text.includes('alert(1)'));
      assert.deepEqual(text.match(/(?!\n)[\p{Cc}\p{Bidi_Control}]/gu), null, format);
    }
  });
});
