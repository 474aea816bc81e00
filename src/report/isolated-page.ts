import type { Browser, Page } from 'puppeteer';

/** A page with four locks, each enough by itself: nothing in it runs and nothing is fetched. */
export async function openIsolatedPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.setOfflineMode(true);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    const isInside = /^(?:data|about):/.test(request.url());
    void (isInside ? request.continue() : request.abort()).catch(() => undefined);
  });
  return page;
}

/** Rejects as soon as the signal fires; the browser is then closed under the work. */
export async function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}
