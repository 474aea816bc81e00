import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { openOutbox } from '../../src/deliver/outbox/outbox.ts';
import { LockError, SourceError } from '../../src/errors.ts';
import { openLocalObjects } from '../../src/history/local-objects.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { type Loopback, listen } from '../support/loopback.ts';
import { makeRichResult } from '../support/make-result.ts';
import { runCommand } from '../support/run-command.ts';
import { listenSmtp, type SmtpBench } from '../support/smtp.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] cli/commands/deliver and metrics', () => {
  const folder = useTemporaryFolder();
  let smtp: SmtpBench;
  let server: Loopback;
  let calls: { readonly line: string; readonly body: string }[];
  let refused: string | undefined;
  const groups = ['cluster/old', 'cluster/prod', 'nas/of-others'];

  beforeEach(async () => {
    calls = [];
    refused = undefined;
    smtp = await listenSmtp({ disabledCommands: ['STARTTLS'] });
    server = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url = '' } = request;
        calls.push({ line: `${method} ${url}`, body: Buffer.concat(chunks).toString() });
        const data = groups.map((source) => ({ labels: { job: 'strandline', source }, push_time_seconds: {} }));
        const other = { labels: { job: 'node' } };
        response
          .writeHead(url === refused ? 400 : 200)
          .end(JSON.stringify({ status: 'success', data: [...data, other] }));
      });
    });
  });

  afterEach(async () => {
    await smtp.close();
    await server.close();
  });

  function config(...more: readonly string[]): string {
    const path = folder.file('config.yaml');
    const lines = [
      'deployment: main',
      `clusters: [{name: prod, inCluster: true}]`,
      `history: {dir: ${folder.file('history')}}`,
      `pushgateway: {url: ${server.url}, gzip: false}`,
    ];
    writeFileSync(path, [...lines, ...more].join('\n'));
    return path;
  }

  const run = (argv: readonly string[], path: string) =>
    runCommand({ argv: [...argv, '--config', path, '--log-level', 'silent'], ports: wirePorts() });

  const runQuiet = (argv: readonly string[], path: string) =>
    runCommand({ argv: [...argv, '--config', path], ports: wirePorts() });

  it('test sends something harmless by every route, and says of each how it went', async () => {
    refused = '/chat';
    const path = config(
      `email: {host: 127.0.0.1, port: ${smtp.port}, security: none, from: s@example.org, recipients: [{to: ops@example.org}]}`,
      'webhooks:',
      `- {name: page, kind: pagerduty, url: '${server.url}/page'}`,
      `- {name: chat, kind: teams, url: '${server.url}/chat'}`,
      `- {name: alive, kind: ping, url: '${server.url}/ping'}`,
    );

    const { code, stdout } = await run(['deliver', 'test'], path);

    assert.equal(code, 5);
    assert.match(stdout, /ops@example\.org +mail +sent/);
    assert.match(stdout, /page +pagerduty +sent/);
    assert.match(stdout, /chat +teams +refused +.*400/);
    assert.match(stdout, /alive +ping +sent/);
    assert.match(stdout, /pushgateway +sent/);
    assert.match(smtp.mails[0]?.raw.toString() ?? '', /\[TEST\] Strandline main can send mail/);
    const page = JSON.parse(calls.find(({ line }) => line === 'POST /page')?.body ?? '{}') as Record<string, unknown>;
    assert.deepEqual([page['event_action'], page['dedup_key']], ['resolve', 'strandline/main/page/test']);
    assert.match(
      calls.find(({ line }) => line === 'POST /chat')?.body ?? '',
      /This is a test of the deliveries of main/,
    );
    assert.deepEqual(
      calls.map(({ line }) => line).filter((line) => line.includes('strandline_test')),
      ['PUT', 'DELETE'].map((method) => `${method} /metrics/job/strandline_test/deployment@base64/bWFpbg`),
    );
  });

  it('test without any delivery is a mistake in the config', async () => {
    const path = folder.file('nothing.yaml');
    writeFileSync(path, 'deployment: main\n');

    const { code, stderr } = await runQuiet(['deliver', 'test'], path);

    assert.equal(code, 2);
    assert.match(stderr, /no delivery is configured/);
  });

  it('list shows what was sent and what waits', async () => {
    const outbox = openOutbox(openLocalObjects(folder.file('history')));
    const entry = {
      formatVersion: 1,
      deployment: 'main',
      kind: 'scan',
      completeness: 'complete',
      recipient: 'ops@example.org',
      expiresAt: '2026-11-26T05:00:00.000Z',
      notAssessed: '',
      open: 1,
    } as const;
    for (const [of, createdAt] of [
      ['run-1', '2026-11-22T05:00:00.000Z'],
      ['run-2', '2026-11-23T05:00:00.000Z'],
    ] as const)
      await outbox.add({ ...entry, of, createdAt }, Buffer.from('mail'));
    const [first] = await outbox.list('main');
    assert.ok(first);
    await outbox.step(first, { state: 'sent', at: '2026-11-22T05:00:01.000Z', by: 'scan-1' });

    const { code, stdout } = await run(['deliver', 'list', '-o', 'csv'], config());

    assert.equal(code, 0);
    assert.deepEqual(stdout.split('\r\n').slice(1, 3), [
      '2026-11-23T05:00:00.000Z,scan,run-2,complete,ops@example.org,waiting,',
      '2026-11-22T05:00:00.000Z,scan,run-1,complete,ops@example.org,sent,',
    ]);
  });

  it('metrics show prints the text that a scan would push', async () => {
    const file = folder.file('result.json');
    writeFileSync(file, JSON.stringify(makeRichResult()));

    const { code, stdout } = await run(['metrics', 'show', '--from', file], config());

    assert.equal(code, 0);
    assert.match(stdout, /^strandline_source_up\{.*source="cluster\/prod".*\} 1$/m);
    assert.match(stdout, /^strandline_last_run_exit_code\{deployment="main"\} 3$/m);
    assert.deepEqual(calls, []);
  });

  it('metrics prune lists what no config names, and deletes only what it is told to', async () => {
    const listed = await run(['metrics', 'prune', '-o', 'json'], config());
    const pruned = await run(['metrics', 'prune', '--source', 'cluster/old', '-o', 'json'], config());

    assert.deepEqual(JSON.parse(listed.stdout), {
      kept: ['cluster/prod'],
      unknown: ['cluster/old', 'nas/of-others'],
      deleted: [],
    });
    assert.deepEqual((JSON.parse(pruned.stdout) as { deleted: string[] }).deleted, ['cluster/old']);
    assert.deepEqual(
      calls.map(({ line }) => line).filter((line) => line.startsWith('DELETE')),
      ['DELETE /metrics/job/strandline/source@base64/Y2x1c3Rlci9vbGQ'],
    );
  });

  it('metrics prune refuses a source that the next scan would push again', async () => {
    const { code, stderr } = await runQuiet(['metrics', 'prune', '--source', 'cluster/prod'], config());

    assert.equal(code, 2);
    assert.match(stderr, /cluster\/prod is still configured/);
    assert.deepEqual(calls, []);
  });
});

describe('[U] cli/commands/scan: what a run without a result leaves', () => {
  const folder = useTemporaryFolder();

  for (const [what, error, exitCode] of [
    ['an unexpected error', new Error('boom'), 1],
    ['a source that could not even be named', new SourceError('unreachable', 'no answer'), 3],
    ['another scan that holds the lock', new LockError('held'), 6],
  ] as const) {
    it(`tells ${what} to the metrics as exit code ${exitCode}`, async () => {
      const failures: unknown[] = [];
      const config = folder.file('config.yaml');
      writeFileSync(
        config,
        `clusters: [{name: prod, inCluster: true}]\nnas: [{name: n, url: 'https://n', apiKey: x}]\n`,
      );

      const { code } = await runCommand({
        argv: ['scan', '--config', config, '--out', folder.file('out')],
        ports: {
          runScan: () => Promise.reject(error),
          deliverFailure: async (_config, failure) => {
            failures.push(failure);
          },
        },
      });

      assert.equal(code, exitCode);
      assert.deepEqual(failures, [{ exitCode, durationMs: 0 }]);
    });
  }
});
