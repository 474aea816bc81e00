import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryError } from '../errors.ts';

export interface InstalledBrowser {
  readonly name: string;
  readonly path: string;
  readonly isShell: boolean;
  readonly env: Readonly<Record<string, string>>;
}

const systemPaths = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * In this order: the path given, `PUPPETEER_EXECUTABLE_PATH`, a system Chromium or Chrome, the Chromium of
 * `@sparticuz/chromium`. Nothing is downloaded. A path that was named and is not there is an error, not a reason to look
 * elsewhere.
 */
export async function* findBrowsers(
  browserPath: string | undefined,
  folder: string,
): AsyncGenerator<InstalledBrowser, void, undefined> {
  const named = browserPath ?? process.env['PUPPETEER_EXECUTABLE_PATH'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named))
      throw new DeliveryError(`The browser ${named} does not exist`, {
        remedy: 'Correct the path of the browser, or remove it to let Strandline look for one.',
      });
    yield toInstalled(named);
    return;
  }
  for (const path of systemPaths) if (existsSync(path)) yield toInstalled(path);
  yield* unpackBundled(folder);
}

function toInstalled(path: string): InstalledBrowser {
  return { name: path, path, isShell: path.includes('headless-shell'), env: {} };
}

/**
 * First as it is, then with the libraries that the package carries for Amazon Linux (NSS, NSPR, expat): they are what a
 * bare Debian lacks. Its fonts and their configuration serve where the system has none.
 */
async function* unpackBundled(folder: string): AsyncGenerator<InstalledBrowser, void, undefined> {
  const home = join(folder, 'bundled');
  await mkdir(home);
  const path = await unpack(home);
  if (path === undefined) return;
  const fonts = existsSync('/etc/fonts/fonts.conf') ? {} : await writeFontConfig(home);
  const libraries = join(home, 'al2023', 'lib');
  yield { name: '@sparticuz/chromium', path, isShell: true, env: fonts };
  yield {
    name: '@sparticuz/chromium with its own libraries',
    path,
    isShell: true,
    env: { ...fonts, LD_LIBRARY_PATH: libraries },
  };
}

/** A browser that finds no font at all crashes. The package's own configuration names folders that are not ours. */
async function writeFontConfig(home: string): Promise<Record<string, string>> {
  const file = join(home, 'fonts.conf');
  const folders = `<dir>${join(home, 'fonts')}</dir><cachedir>${join(home, 'font-cache')}</cachedir>`;
  await writeFile(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders}</fontconfig>`,
  );
  return { FONTCONFIG_FILE: file, HOME: home };
}

/** TMPDIR belongs to the whole process: two at once would restore each other's folder, which is gone by then. */
let turn: Promise<unknown> = Promise.resolve();

function unpack(home: string): Promise<string | undefined> {
  const mine = turn.then(() => unpackAlone(home));
  turn = mine;
  return mine;
}

/** The package unpacks to TMPDIR and runs whatever already lies there: it gets a folder that is ours alone. */
async function unpackAlone(home: string): Promise<string | undefined> {
  const before = process.env['TMPDIR'];
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    process.env['TMPDIR'] = home;
    const path = await chromium.executablePath();
    await inflate(join(packageFolder(), 'bin', 'al2023.tar.br'));
    return path;
  } catch {
    return undefined; // a development dependency: absent from an installation, or built for another processor
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

function packageFolder(): string {
  return join(new URL(import.meta.resolve('@sparticuz/chromium')).pathname, '..', '..');
}
