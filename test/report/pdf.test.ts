import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { PDFDocument, PDFName } from 'pdf-lib';
import { DeliveryError } from '../../src/errors.ts';
import { formats } from '../../src/report/index.ts';
import { renderPdf } from '../../src/report/pdf.ts';
import { makeRichResult } from '../support/make-result.ts';

const options = {
  timeZone: 'Europe/Berlin',
  locale: 'en',
  paper: 'A4',
  now: new Date('2026-11-23T06:00:00Z'),
} as const;

describe('[U] report/pdf', () => {
  it('prints pages of the paper asked for, tagged, with bookmarks, twice the same bytes', async function () {
    this.timeout(90_000);
    const result = makeRichResult();

    const pdf = await printOrSkip(() => renderPdf(result, options));
    if (pdf === undefined) return this.skip();
    const document = await PDFDocument.load(pdf, { updateMetadata: false });

    assert.ok(document.getPageCount() > 10 && document.getPageCount() < 60, `${document.getPageCount()} pages`);
    assert.equal(Math.round(document.getPage(0).getWidth()), 595);
    assert.ok(document.catalog.has(PDFName.of('Outlines')));
    assert.ok(document.catalog.has(PDFName.of('StructTreeRoot')));
    assert.deepEqual(document.getCreationDate(), options.now);
    assert.ok(pdf.length < 2_000_000);
    assert.ok(pdf.equals(await renderPdf(result, options)));
  });

  it('prints on Letter when asked', async function () {
    this.timeout(60_000);

    const pdf = await printOrSkip(() => renderPdf(makeRichResult(3), { ...options, paper: 'Letter' }));
    if (pdf === undefined) return this.skip();
    const page = (await PDFDocument.load(pdf)).getPage(0);

    assert.deepEqual([Math.round(page.getWidth()), Math.round(page.getHeight())], [612, 792]);
  });

  it('refuses a browser path that does not exist, with a remedy', async () => {
    await assert.rejects(
      renderPdf(makeRichResult(1), options, { browserPath: '/nowhere/chromium' }),
      (error) =>
        error instanceof DeliveryError && /\/nowhere\/chromium/.test(error.message) && error.remedy !== undefined,
    );
  });

  it('gives a DeliveryError when the browser cannot start', async () => {
    await assert.rejects(renderPdf(makeRichResult(1), options, { browserPath: process.execPath }), DeliveryError);
  });

  it('stops when the run is stopped', async () => {
    await assert.rejects(renderPdf(makeRichResult(1), options, { signal: AbortSignal.abort() }), DeliveryError);
  });

  it('is in the catalogue of formats with the other outputs', () => {
    assert.deepEqual(Object.keys(formats).toSorted(), [
      'csv',
      'csv-volumes',
      'html',
      'json',
      'junit',
      'markdown',
      'pdf',
      'sarif',
    ]);
  });
});

/** Where no browser can start at all the test is left out and says so; a browser that starts must print. */
async function printOrSkip(make: () => Promise<Buffer>): Promise<Buffer | undefined> {
  try {
    return await make();
  } catch (error) {
    const isMissing = error instanceof DeliveryError && /needs a browser/.test(error.message);
    if (!isMissing || existsSync('/usr/bin/chromium-headless-shell')) throw error;
    process.stdout.write(`      left out: ${error.message}\n`);
    return undefined;
  }
}
