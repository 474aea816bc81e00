import type { Browser } from 'puppeteer';
import { DeliveryError } from '../errors.ts';
import { type Logger, silentLogger } from '../model/logger.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { withBrowser } from './browser.ts';
import { buildFontFaces } from './fonts.ts';
import { renderPrintHtml } from './html.ts';
import { abortable, openIsolatedPage } from './isolated-page.ts';
import type { ReportOptions } from './options.ts';
import { visibleText } from './view/visible-text.ts';

export interface PdfOptions {
  readonly browserPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly log?: Logger;
  /** For everything together. */
  readonly timeoutMs?: number;
}

/**
 * The report on paper: page numbers, bookmarks, tags, fonts inside. The browser runs no script and reaches no network.
 * @throws DeliveryError when no browser starts, printing fails or takes too long.
 */
export async function renderPdf(
  result: ScanResult,
  options: ReportOptions,
  pdf: PdfOptions = {},
  page = renderPrintHtml(result, options),
): Promise<Buffer> {
  const { browserPath, signal, log = silentLogger, timeoutMs = 180_000 } = pdf;
  const html = page.replace('<style>', () => `<style>${buildFontFaces(page)}`);
  const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
  try {
    deadline.throwIfAborted();
    const printed = await withBrowser({ browserPath, timeoutMs, log }, (browser) =>
      abortable(deadline, print(browser, html, options, result)),
    );
    return await compress(printed, result, options);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw new DeliveryError(
      deadline.aborted
        ? 'The PDF was abandoned: it took too long or the run was stopped'
        : 'The PDF could not be printed',
      { cause: error, remedy: 'Use report.html, and give the PDF more memory (1 GiB) or time if the report is large.' },
    );
  }
}

async function print(browser: Browser, html: string, options: ReportOptions, result: ScanResult): Promise<Uint8Array> {
  const page = await openIsolatedPage(browser);
  await page.setContent(html, { waitUntil: 'load', timeout: 0 });
  return await page.pdf({
    format: options.paper === 'A4' ? 'A4' : 'Letter',
    preferCSSPageSize: true,
    printBackground: true,
    tagged: true,
    outline: true,
    displayHeaderFooter: true,
    headerTemplate: '<span></span>',
    footerTemplate: footerOf(result, options),
    timeout: 0, // the deadline of the whole holds
  });
}

function footerOf(result: ScanResult, options: ReportOptions): string {
  const left = `${options.title ?? 'Storage report'} · ${result.summary.status} · scan ${result.scan.id}`;
  return `<div style="width:100%;margin:0 13mm;font:7pt sans-serif;color:#565f6d;display:flex;justify-content:space-between"><span>${escapeHtml(visibleText(left))}</span><span>page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The structure tree comes out uncompressed: object streams make the file four to five times smaller. */
async function compress(printed: Uint8Array, result: ScanResult, options: ReportOptions): Promise<Buffer> {
  const { PDFDocument } = await import('pdf-lib');
  const document = await PDFDocument.load(printed, { updateMetadata: false });
  document.setTitle(`${options.title ?? 'Storage report'}: ${result.summary.status}`, { showInWindowTitleBar: true });
  document.setProducer('Strandline');
  document.setCreator(`Strandline ${result.tool.version}`);
  document.setLanguage('en');
  document.setCreationDate(options.now);
  document.setModificationDate(options.now);
  return Buffer.from(await document.save({ useObjectStreams: true }));
}
