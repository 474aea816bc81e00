import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { parse, stringify } from 'yaml';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { type EstateServers, startEstateServers } from '../../src/cli/demo/estate-servers.ts';
import { runCli } from '../../src/cli/program.ts';
import { ScanResult } from '../../src/model/scan-result.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const dayMs = 86_400_000;

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

  async function strandline(argv: readonly string[], config = servers.configFile): Promise<number> {
    const screen = { write: (text: string) => void printed.push(text), isTerminal: false };
    printed.length = 0;
    return runCli([...argv, '--config', config], {
      env: { HOME: folder.path },
      cwd: folder.path,
      stdout: screen,
      stderr: screen,
      now: servers.now,
      signal: new AbortController().signal,
      signalNumber: () => undefined,
      loadPorts: async () => wirePorts(),
    });
  }

  async function scanned(argv: readonly string[], out: string): Promise<ScanResult> {
    const code = await strandline(['scan', '--no-pdf', '--out', folder.file(out), ...argv]);
    assert.ok(code === 0 || code === 3, printed.join(''));
    return ScanResult.parse(JSON.parse(readFileSync(folder.file(`${out}/result.json`), 'utf8')));
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

  it('keeps the last five shares of a source and no credential in any', async () => {
    for (let round = 0; round < 3; round += 1) await shareAll(['nas']);
    const stored = `${servers.folder}/history/inventory/source=nas%2Fnas01`;

    const names = readdirSync(stored);
    const texts = names.map((name) => String(zstdDecompressSync(readFileSync(`${stored}/${name}`))));
    const secrets = servers.nases.flatMap(({ state }) => state.users.map(({ apiKey }) => apiKey ?? ''));

    assert.equal(names.length, 5);
    assert.ok(secrets.length > 0 && secrets.every((secret) => secret.length > 10));
    for (const secret of secrets) assert.ok(texts.every((text) => text.includes('nas01') && !text.includes(secret)));
  });
});
