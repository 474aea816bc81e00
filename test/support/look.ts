// Pictures of the report, to be looked at: `node test/support/look.ts [result.json] [folder]`.
// Without a result.json it draws the rich sample. Needs a browser; PDF pages need poppler-utils.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'puppeteer';
import { silentLogger } from '../../src/model/logger.ts';
import { ScanResult } from '../../src/model/scan-result.ts';
import { withBrowser } from '../../src/report/browser.ts';
import { renderHtml } from '../../src/report/html.ts';
import type { ReportOptions } from '../../src/report/options.ts';
import { renderPdf } from '../../src/report/pdf.ts';
import { makeRichResult } from './make-result.ts';

const [resultPath, folder = '/tmp/strandline-look'] = process.argv.slice(2);
const result =
  resultPath === undefined || resultPath === '-'
    ? makeRichResult()
    : ScanResult.parse(JSON.parse(readFileSync(resultPath, 'utf8')));
const options: ReportOptions = {
  locale: process.env['LOOK_LOCALE'] ?? 'en',
  timeZone: result.scan.timeZone,
  paper: 'A4',
  now: new Date(Date.parse(result.scan.finishedAt) + 120_000),
};
mkdirSync(folder, { recursive: true });
const htmlPath = resolve(folder, 'report.html');
writeFileSync(htmlPath, renderHtml(result, options));

await withBrowser({ timeoutMs: 120_000, log: silentLogger }, async (browser) => {
  const page = await browser.newPage();
  await page.goto(`file://${htmlPath}`);
  await page.addStyleTag({ content: '.group{content-visibility:visible!important}' }); // else far groups stay blank
  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) await shoot(page, scheme, width);
  }
});

const pdfPath = join(folder, 'report.pdf');
writeFileSync(pdfPath, await renderPdf(result, options));
execFileSync('pdftoppm', ['-r', '70', '-png', pdfPath, join(folder, 'pdf')]);
process.stdout.write(`${folder}\n`);

/** One tall page, cut into pieces that a person can look at. */
async function shoot(page: Page, scheme: 'light' | 'dark', width: number): Promise<void> {
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  const height = await page.$eval('body', (body) => body.scrollHeight);
  const step = width > 1000 ? 1500 : 1300;
  for (let top = 0, part = 1; top < height && part <= 9; top += step, part += 1) {
    const clip = { x: 0, y: top, width, height: Math.min(step, height - top) };
    await page.screenshot({
      path: join(folder, `${scheme}-${width}-${part}.png`) as `${string}.png`,
      clip,
      captureBeyondViewport: true,
    });
  }
}
