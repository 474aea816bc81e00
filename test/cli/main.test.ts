import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { makeRichResult } from '../support/make-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const main = join(import.meta.dirname, '../../src/main.ts');

describe('[I] main', () => {
  const folder = useTemporaryFolder();
  const servers: Server[] = [];
  after(() => servers.map((server) => server.close()));

  function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(process.execPath, [main, ...argv], {
      env: { PATH: process.env['PATH'] ?? '', HOME: folder.path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk) => {
      text.stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      text.stderr += String(chunk);
    });
    const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...text }));
    return { child, ended };
  }

  /** Config with one cluster and one NAS, both at this port of the loopback. */
  function writeConfig(name: string, port: number): string {
    const kubeconfig = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'prod', cluster: { server: `https://127.0.0.1:${port}` } }],
      users: [{ name: 'scan', user: { token: 'canary-token' } }],
      contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'scan' } }],
      'current-context': 'prod',
    };
    writeFileSync(folder.file('kubeconfig'), stringify(kubeconfig));
    writeFileSync(folder.file('key'), '1-canary-key');
    writeFileSync(
      folder.file(name),
      stringify({
        clusters: [{ name: 'prod', kubeconfig: 'kubeconfig' }],
        nas: [{ name: 'nas01', url: `https://127.0.0.1:${port}`, apiKeyFile: 'key' }],
        history: { dir: `${name}-history` },
        lock: { enabled: false },
      }),
    );
    return folder.file(name);
  }

  async function listen(): Promise<{ readonly port: number; readonly firstConnection: Promise<unknown> }> {
    const server = createServer((socket) => socket.on('error', () => {}));
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, firstConnection: once(server, 'connection') };
  }

  it('starts and ends', async () => {
    const { code, stdout, stderr } = await start(['version']).ended;

    assert.equal(code, 0);
    assert.match(stdout, /^strandline /);
    assert.equal(stderr, '');
  });

  it('ends without a word when nobody reads its output any more', async () => {
    const rich = makeRichResult(5_000);
    const file = folder.file('large.json');
    writeFileSync(file, JSON.stringify({ ...rich, scan: { ...rich.scan, complete: true } }));
    const { child, ended } = start(['orphans', '--from', file, '-o', 'json']);

    child.stdout?.once('data', () => child.stdout?.destroy());
    const { code, stderr } = await ended;

    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  it('saves a partial result and exits 3 when neither side answers, without any secret in its words', async () => {
    const { port } = await listen();
    servers.pop()?.close();
    const out = folder.file('unreachable');

    const { code, stdout, stderr } = await start([
      'scan',
      '--config',
      writeConfig('closed.yaml', port),
      '--out',
      out,
      '--no-pdf',
      '--log-level',
      'debug',
    ]).ended;

    assert.equal(code, 3, stderr);
    const text = readFileSync(join(out, 'result.json'), 'utf8');
    const result = JSON.parse(text) as ScanResult;
    assert.equal(result.scan.complete, false);
    assert.deepEqual(result.findings, []);
    assert.ok(result.sections.length > 30 && result.sections.every((section) => !section.ok));
    assert.match(stdout, /Not assessed/);
    assert.doesNotMatch(stdout + stderr + text + readFileSync(join(out, 'report.html'), 'utf8'), /canary/);
    for (const line of stderr.trim().split('\n'))
      assert.equal(typeof (JSON.parse(line) as { scanId: string }).scanId, 'string');
  });

  it('exits 2 for a folder that cannot be written, before it connects to anything', async () => {
    const { port, firstConnection } = await listen();
    let connected = false;
    void firstConnection.then(() => {
      connected = true;
    });
    writeFileSync(folder.file('file'), '');

    const { code, stderr } = await start([
      'scan',
      '--config',
      writeConfig('folder.yaml', port),
      '--out',
      folder.file('file/out'),
    ]).ended;

    assert.equal(code, 2);
    assert.match(stderr, /file\/out: the output folder cannot be written/);
    assert.equal(connected, false);
  });

  it('abandons a scan at SIGTERM: exit 143, and nothing half-written', async () => {
    const { port, firstConnection } = await listen();
    const out = folder.file('stopped');
    const { child, ended } = start(['scan', '--config', writeConfig('hang.yaml', port), '--out', out]);

    await firstConnection;
    child.kill('SIGTERM');
    const startedAt = Date.now();
    const { code, stderr } = await ended;

    assert.equal(code, 143, stderr);
    assert.ok(Date.now() - startedAt < 25_000);
    assert.deepEqual(existsSync(out) ? readdirSync(out) : [], []);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
}
