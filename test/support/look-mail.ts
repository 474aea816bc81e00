// Pictures of the mail, to be looked at: `node test/support/look-mail.ts [result.json] [folder]`, 600 and 360 px wide.
// Without a result.json it draws the rich sample. Needs a browser.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildMailView } from '../../src/deliver/email/build.ts';
import { toMailCharts } from '../../src/deliver/email/charts.ts';
import { renderHtml } from '../../src/deliver/email/html.ts';
import { formatText } from '../../src/deliver/email/text.ts';
import { buildPart } from '../../src/deliver/part.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { ScanResult } from '../../src/model/scan-result.ts';
import { withBrowser } from '../../src/report/browser.ts';
import { renderChartImages } from '../../src/report/chart-images.ts';
import { makeRichResult } from './make-result.ts';

const [resultPath, folder = '/tmp/strandline-look'] = process.argv.slice(2);
const result =
  resultPath === undefined || resultPath === '-'
    ? makeRichResult()
    : ScanResult.parse(JSON.parse(readFileSync(resultPath, 'utf8')));
mkdirSync(folder, { recursive: true });

const charts = toMailCharts(await renderChartImages(result), result);
const part = buildPart(result, { namespaces: [] }, new Date(result.scan.finishedAt));
const view = buildMailView(result, part, { remarks: ['The message of run-1 could not be delivered.'] }, charts);
const html = charts.reduce(
  (text, { cid, png }) => text.replace(`cid:${cid}`, `data:image/png;base64,${png.toString('base64')}`),
  renderHtml(view),
);
const path = resolve(folder, 'mail.html');
writeFileSync(path, html);
writeFileSync(join(folder, 'mail.txt'), formatText(view));

await withBrowser({ timeoutMs: 60_000, log: silentLogger }, async (browser) => {
  const page = await browser.newPage();
  await page.goto(`file://${path}`);
  for (const width of [600, 360]) {
    await page.setViewport({ width, height: 900 });
    const clip = { x: 0, y: 0, width, height: 2000 };
    const file = join(folder, `mail-${width}.png`) as `${string}.png`;
    await page.screenshot({ path: file, clip, captureBeyondViewport: true });
  }
});
process.stdout.write(`${folder}: ${Buffer.byteLength(renderHtml(view))} bytes of HTML\n`);
