import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { type EstateServers, startEstateServers } from '../../src/cli/demo/estate-servers.ts';
import { runCli } from '../../src/cli/program.ts';
import { decodeHead, decodeLines } from '../../src/history/share-file.ts';
import { ScanResult } from '../../src/model/scan-result.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Over the wire: each share in a run of its own with a config of its own, then the joining step, which reaches nobody. */
describe('[I] a fleet of shares', function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();
  let servers: EstateServers;
  const printed: string[] = [];

  before(async () => {
    servers = await startEstateServers(demoEstate(), { log: { level: 'error' } });
    const config = parse(readFileSync(servers.configFile, 'utf8')) as Record<string, object[]>;
    const only = (name: string, change: object) =>
      writeFileSync(`${servers.folder}/${name}.yaml`, stringify({ ...config, ...change, backends: [] }));
    const [prod, staging] = config['clusters'] ?? [];
    only('nas', { clusters: [] });
    only('prod', { clusters: [prod], nas: [] });
    only('staging', { clusters: [staging], nas: [] });
  });

  after(() => servers.close());

  async function strandline(argv: readonly string[], config = servers.configFile, env = {}): Promise<number> {
    const screen = { write: (text: string) => void printed.push(text), isTerminal: false };
    printed.length = 0;
    return runCli([...argv, '--config', config], {
      env: { HOME: folder.path, ...env },
      cwd: folder.path,
      stdout: screen,
      stderr: screen,
      now: servers.now,
      signal: new AbortController().signal,
      signalNumber: () => undefined,
      loadPorts: async () => wirePorts({ fleet: { sharePollMs: 20 } }),
    });
  }

  async function scanned(argv: readonly string[], out: string, env = {}): Promise<ScanResult> {
    const code = await strandline(['scan', '--no-pdf', '--out', folder.file(out), ...argv], undefined, env);
    assert.ok(code === 0 || code === 3, printed.join(''));
    return ScanResult.parse(JSON.parse(readFileSync(folder.file(`${out}/result.json`), 'utf8')));
  }

  async function until(isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + 30_000; !isSo(); await sleep(10)) assert.ok(Date.now() < end, printed.join(''));
  }

  const shareAll = async (names: readonly string[]) => {
    for (const name of names) {
      assert.equal(await strandline(['collect', '--share'], `${servers.folder}/${name}.yaml`), 0, printed.join(''));
    }
  };
  const said = ({ findings }: ScanResult) =>
    findings.map(({ id, check, severity, confidence, bytes }) => ({ id, check, severity, confidence, bytes }));

  it('says of nothing that it is an orphan while no share is stored', async () => {
    const result = await scanned(['--join'], 'none');

    assert.deepEqual(result.findings, []);
    assert.equal(result.scan.complete, false);
    assert.match(result.sections.flatMap(({ error }) => error?.message ?? [])[0] ?? '', /no share of/);
  });

  it('says the same as one scan of everything, and says that it was joined', async () => {
    const whole = await scanned([], 'whole');
    await shareAll(['nas', 'prod', 'staging']);
    const joined = await scanned(['--join'], 'joined');

    assert.ok(joined.findings.length > 40);
    assert.deepEqual(said(joined), said(whole));
    assert.match(joined.notes.find(({ kind }) => kind === 'joined')?.text ?? '', /shares of 3 of 3 sources/);
    assert.deepEqual(joined.usage, whole.usage);
  });

  it('never confirms what was not read a second time, however long it stands', async () => {
    servers.shiftClock(2 * dayMs);
    await shareAll(['nas', 'prod', 'staging']);
    const joined = await scanned(['--join'], 'later');

    const absent = joined.findings.filter(({ check }) => check === 'backend-without-volume');
    assert.ok(absent.length > 0);
    assert.deepEqual(new Set(absent.map(({ confirmation }) => confirmation)), new Set(['unconfirmed']));
    assert.ok(joined.findings.some(({ confirmation }) => confirmation === 'confirmed'));
  });

  it('judges nothing of a NAS that was only read after the clusters', async () => {
    servers.shiftClock(4 * dayMs);
    await shareAll(['prod', 'staging', 'nas']);
    const joined = await scanned(['--join'], 'wrong-order');

    assert.equal(joined.scan.complete, false);
    assert.deepEqual(
      joined.findings.filter(({ check }) => check === 'backend-without-volume' || check === 'volume-without-backend'),
      [],
    );
  });

  describe('by the pods of an Indexed Job, with the one config of the joining step', () => {
    const waiting = {
      STRANDLINE_LOG__LEVEL: 'info',
      STRANDLINE_LIMITS__SHARE_WAIT: '60s',
      STRANDLINE_LIMITS__SHARE_MAX_AGE: '6h',
    };
    let whole: ScanResult;
    const shareIndex = (index: number, job: string) =>
      strandline(['collect', '--share', '--index', String(index)], undefined, {
        ...waiting,
        STRANDLINE_JOB_NAME: job,
      });

    it('says the same as shares by a config each, although every pod began at once and the NAS was the last', async () => {
      servers.shiftClock(6 * dayMs);
      await shareAll(['nas', 'prod', 'staging']);
      whole = await scanned(['--join'], 'by-config');
      servers.shiftClock(6 * dayMs + 7 * hourMs); // what is there by now is too old for this night
      const clusters = [shareIndex(1, 'night'), shareIndex(2, 'night')];
      const joining = scanned(['--join'], 'indexed', waiting);
      await until(() => printed.join('').includes('waiting for shares'));
      const codes = [await shareIndex(0, 'night'), ...(await Promise.all(clusters))];
      const joined = await joining;

      assert.deepEqual(codes, [0, 0, 0]);
      const standing = (result: ScanResult) =>
        said({ ...result, findings: result.findings.filter(({ change }) => change !== 'resolved') });
      assert.ok(standing(joined).length > 30);
      assert.deepEqual(standing(joined), standing(whole));
      assert.equal(joined.sections.filter(({ error }) => error?.code === 'notAsked').length, 0);
    });

    it('joins what is there when the wait is over, names who is missing, and calls nothing of it an orphan', async () => {
      servers.shiftClock(7 * dayMs);
      assert.deepEqual([await shareIndex(0, 'next'), await shareIndex(1, 'next')], [0, 0]);
      const joined = await scanned(['--join'], 'one-missing', { ...waiting, STRANDLINE_LIMITS__SHARE_WAIT: '100ms' });

      assert.match(printed.join(''), /"missing":\["cluster\/staging"\].*shares are missing: going on without them/);
      assert.equal(joined.scan.complete, false);
      const absent = (result: ScanResult) =>
        result.findings.filter(({ check, scope }) => check === 'backend-without-volume' && /staging/.test(scope));
      assert.ok(absent(whole).length > 0);
      assert.deepEqual(absent(joined), []);
      const unread = joined.sections.filter(({ error }) => error?.code === 'notAsked');
      assert.deepEqual([...new Set(unread.map(({ source }) => source))], ['cluster/staging']);
    });

    it('reads a cluster also when the NAS of its run did not come in time, and that NAS is then not assessed', async () => {
      servers.shiftClock(8 * dayMs);
      const alone = { ...waiting, STRANDLINE_LIMITS__SHARE_WAIT: '100ms', STRANDLINE_JOB_NAME: 'alone' };
      assert.equal(await strandline(['collect', '--index', '1'], undefined, alone), 0);

      assert.match(printed.join(''), /"missing":\["nas\/nas01"\].*going on without them/);
      assert.equal(await strandline(['collect', '--index', '2'], undefined, alone), 0);
      assert.equal(await shareIndex(0, 'alone'), 0);
      const joined = await scanned(['--join'], 'late', { ...alone, STRANDLINE_JOB_NAME: 'join' });
      assert.deepEqual(
        [...new Set(joined.sections.flatMap(({ source, error }) => (error === undefined ? [] : [source])))],
        ['nas/nas01'],
      );
    });

    it('outside of a Job there is no run of others to wait for', async () => {
      assert.equal(await strandline(['collect', '--index', '1'], undefined, waiting), 0);

      assert.doesNotMatch(printed.join(''), /waiting for shares/);
      assert.match(printed.join(''), /source=cluster%2Fprod/);
    });

    it('an index past the end of the config ends with 2, and names the completions that fit', async () => {
      assert.equal(await shareIndex(3, 'night'), 2);
      assert.match(printed.join(''), /the last index is 2[\s\S]*completions: 3/);
    });
  });

  it('keeps the last five shares of a source and no credential in any', async () => {
    for (let round = 0; round < 3; round += 1) await shareAll(['nas']);
    const stored = `${servers.folder}/history/inventory/source=nas%2Fnas01`;

    const names = readdirSync(stored);
    const texts = await Promise.all(names.map((name) => textOf(readFileSync(`${stored}/${name}`))));
    const secrets = servers.nases.flatMap(({ state }) => state.users.map(({ apiKey }) => apiKey ?? ''));

    assert.equal(names.length, 5);
    assert.ok(secrets.length > 0 && secrets.every((secret) => secret.length > 10));
    for (const secret of secrets) assert.ok(texts.every((text) => text.includes('nas01') && !text.includes(secret)));
  });
});

async function textOf(share: Uint8Array): Promise<string> {
  return JSON.stringify([await decodeHead(share), await decodeLines(share)]);
}
