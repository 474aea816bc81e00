import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { DeliveryError } from '../errors.ts';
import type { Logger } from '../model/logger.ts';
import { findBrowsers, type InstalledBrowser } from './find-browser.ts';

export interface BrowserOptions {
  /** Overrides the search; as does `PUPPETEER_EXECUTABLE_PATH`. */
  readonly browserPath?: string | undefined;
  readonly timeoutMs: number;
  readonly log: Logger;
}

/**
 * A browser with a profile of its own that is gone afterwards. The first one found that starts is taken, in its sandbox
 * where the kernel allows that.
 * @throws DeliveryError when none starts; its remedy names the packages.
 */
export async function withBrowser<T>(options: BrowserOptions, use: (browser: Browser) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'strandline-browser-'));
  let browser: Browser | undefined;
  try {
    browser = await launchFirst(options, folder);
    return await use(browser);
  } finally {
    await closeBrowser(browser);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function launchFirst(options: BrowserOptions, folder: string): Promise<Browser> {
  const failures: unknown[] = [];
  const tried: string[] = [];
  for await (const installed of findBrowsers(options.browserPath, folder)) {
    tried.push(installed.name);
    for (const isSandboxed of sandboxModes()) {
      try {
        const browser = await launch(installed, isSandboxed, options, folder);
        options.log.info({ browser: installed.name, sandbox: isSandboxed }, 'browser started');
        return browser;
      } catch (error) {
        failures.push(error);
        options.log.debug({ browser: installed.name, sandbox: isSandboxed, err: error }, 'browser did not start');
      }
    }
  }
  throw new DeliveryError(
    tried.length === 0
      ? 'The PDF needs a browser and none was found'
      : `The PDF needs a browser and none started (tried ${tried.join(', ')})`,
    {
      cause: failures.length > 0 ? new AggregateError(failures) : undefined,
      remedy:
        'Install chromium-headless-shell or chromium (Debian: apt install chromium-headless-shell), or set PUPPETEER_EXECUTABLE_PATH to a Chrome; the Chromium of @sparticuz/chromium needs the packages libnss3, libnspr4 and libexpat1.',
    },
  );
}

/** A process of root has no sandbox in Chromium at all. */
function sandboxModes(): readonly boolean[] {
  return process.getuid?.() === 0 ? [false] : [true, false];
}

async function launch(
  installed: InstalledBrowser,
  isSandboxed: boolean,
  options: BrowserOptions,
  folder: string,
): Promise<Browser> {
  const { launch: start } = await import('puppeteer'); // loaded only when a PDF is asked for
  return await start({
    executablePath: installed.path,
    headless: installed.isShell ? 'shell' : true,
    userDataDir: await mkdtemp(join(folder, 'profile-')),
    timeout: Math.min(options.timeoutMs, 30_000),
    protocolTimeout: options.timeoutMs,
    args: [
      ...(isSandboxed ? [] : ['--no-sandbox']),
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
      '--disable-background-networking',
      '--disable-extensions',
      '--no-first-run',
      '--host-resolver-rules=MAP * ~NOTFOUND',
    ],
    env: {
      ...pick(['PATH', 'HOME', 'LANG', 'LC_ALL', 'LD_LIBRARY_PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE']),
      TMPDIR: folder,
      ...installed.env,
    },
  });
}

/** The browser gets no more of our environment than it needs: no credential is among it. */
function pick(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function closeBrowser(browser: Browser | undefined): Promise<void> {
  if (browser === undefined) return;
  const child = browser.process();
  const patience = AbortSignal.timeout(5000);
  await Promise.race([
    browser.close().catch(() => undefined),
    new Promise((resolve) => patience.addEventListener('abort', resolve, { once: true })),
  ]);
  if (child !== null && child.exitCode === null) child.kill('SIGKILL');
}
