// The README's picture: `npm run docs:picture` draws the demo's report anew. Needs a browser.
import { join, resolve } from 'node:path';
import { silentLogger } from '../../src/model/logger.ts';
import { withBrowser } from '../../src/report/browser.ts';

const root = join(import.meta.dirname, '../..');
const html = resolve(root, process.argv[2] ?? 'out/report.html');
const picture = join(root, 'docs/images/report.png') as `${string}.png`;

await withBrowser({ timeoutMs: 60_000, log: silentLogger }, async (browser) => {
  const page = await browser.newPage();
  await page.setViewport({ width: 1200, height: 1000 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }]);
  await page.goto(`file://${html}`);
  await page.screenshot({ path: picture });
});
