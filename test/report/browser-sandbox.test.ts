import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { silentLogger } from '../../src/model/logger.ts';
import { withBrowser } from '../../src/report/browser.ts';
import { findBrowsers, type InstalledBrowser } from '../../src/report/find-browser.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

/**
 * Whether a kernel allows the sandbox cannot be chosen here: a script before the browser plays the kernel, and notes what
 * it was started with. As root the browser itself has no sandbox, so the script takes it away behind our back.
 */
describe('[U] report/browser sandbox', function () {
  this.timeout(90_000);
  const scratch = useTemporaryFolder();
  const { getuid } = process;
  let real: InstalledBrowser;
  before(async function findOne() {
    const found = await anyBrowser();
    if (found === undefined) return this.skip();
    real = found;
  });
  afterEach(() => {
    process.getuid = getuid as NonNullable<typeof getuid>;
  });

  async function start(uid: number, allowsSandbox: boolean) {
    process.getuid = () => uid;
    const file = scratch.file('fake-headless-shell');
    const calls = scratch.file('calls');
    const env = Object.entries(real.env).map(([name, value]) => `export ${name}='${value}'`);
    writeFileSync(calls, '');
    writeFileSync(
      file,
      [
        '#!/bin/sh',
        ...env,
        `case " $* " in *" --no-sandbox "*) echo off >>'${calls}' ;; *) echo on >>'${calls}'; ${allowsSandbox ? ':' : 'exit 1'} ;; esac`,
        `exec '${real.path}' --no-sandbox "$@"`,
      ].join('\n'),
      { mode: 0o755 },
    );
    const started: unknown[] = [];
    const log = { ...silentLogger, info: (fields: object) => started.push(fields) };
    await withBrowser({ browserPath: file, timeoutMs: 60_000, log }, async (browser) => browser.version());
    return { tried: readFileSync(calls, 'utf8').trim().split('\n'), started, file };
  }

  async function anyBrowser(): Promise<InstalledBrowser | undefined> {
    mkdirSync(scratch.file('real'));
    for await (const found of findBrowsers(undefined, scratch.file('real')))
      if (found.name !== '@sparticuz/chromium') return found; // the next one brings its libraries along
    return undefined;
  }

  it('is on where the kernel allows it, and the log says so', async () => {
    const { tried, started, file } = await start(1000, true);

    assert.deepEqual(tried, ['on']);
    assert.deepEqual(started, [{ browser: file, sandbox: true }]);
  });

  it('is tried first and given up where the kernel refuses it, and the log says so', async () => {
    const { tried, started, file } = await start(1000, false);

    assert.deepEqual(tried, ['on', 'off']);
    assert.deepEqual(started, [{ browser: file, sandbox: false }]);
  });

  it('is not tried as root, for whom Chromium has none', async () => {
    assert.deepEqual((await start(0, true)).tried, ['off']);
  });
});
