import type { Browser } from 'puppeteer';
import { DeliveryError } from '../errors.ts';
import { silentLogger } from '../model/logger.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { withBrowser } from './browser.ts';
import { buildCharts } from './charts/build-charts.ts';
import { buildFontFaces } from './fonts.ts';
import { abortable, openIsolatedPage } from './isolated-page.ts';
import type { PdfOptions } from './pdf.ts';
import { loadTemplates } from './templates.ts';
import { buildFormats } from './view/formats.ts';

/** A drawing of the report for where SVG is not shown. */
export interface ChartImage {
  readonly name: 'pools' | 'reclaimable';
  /** Read instead of the drawing. */
  readonly alt: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly png: Buffer;
}

const shown = ['pools', 'reclaimable'] as const;

/** For mail: sharp on screens with two dots per pixel. @throws DeliveryError when no browser starts or drawing fails. */
export async function renderChartImages(
  result: ScanResult,
  { browserPath, signal, log = silentLogger, timeoutMs = 60_000 }: PdfOptions = {},
): Promise<readonly ChartImage[]> {
  const charts = buildCharts(result, buildFormats({ locale: 'en', timeZone: 'UTC' })); // as the rest of a mail
  const drawings = shown.flatMap((name) => {
    const svg = charts[name];
    return svg === undefined ? [] : [{ name, svg, ...measure(svg) }];
  });
  if (drawings.length === 0) return [];
  const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  try {
    deadline.throwIfAborted();
    return await withBrowser({ browserPath, timeoutMs, log }, (browser) =>
      abortable(deadline, shoot(browser, drawings)),
    );
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError('The charts could not be drawn for the mail', {
      cause: error,
      remedy: 'See the charts in report.html.',
    });
  }
}

type Drawing = Omit<ChartImage, 'png'> & { readonly svg: string };

/** What every chart says of itself in its first tag. */
function measure(svg: string): Pick<ChartImage, 'alt' | 'widthPx' | 'heightPx'> {
  const [, alt = '', width, height] =
    /^<svg role="img" aria-label="([^"]*)" width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  return { alt, widthPx: Number(width), heightPx: Number(height) };
}

async function shoot(browser: Browser, drawings: readonly Drawing[]): Promise<readonly ChartImage[]> {
  const page = await openIsolatedPage(browser);
  const body = drawings.map(({ name, svg }) => `<div id="${name}">${svg}</div>`).join('');
  const style = `${loadTemplates().styles} body { margin: 0; background: #fff; } div { width: max-content; }`;
  await page.setViewport({ width: 800, height: 600, deviceScaleFactor: 2 });
  await page.setContent(
    `<!doctype html><html class="paper" lang="en"><style>${buildFontFaces(body)}${style}</style><body>${body}</body></html>`,
    { waitUntil: 'load', timeout: 0 },
  );
  const images: ChartImage[] = [];
  for (const { svg: _, ...drawing } of drawings) {
    const element = await page.$(`#${drawing.name}`);
    if (element === null) throw new Error(`the drawing ${drawing.name} is not on the page`);
    images.push({ ...drawing, png: Buffer.from(await element.screenshot({ type: 'png' })) });
  }
  return images;
}
