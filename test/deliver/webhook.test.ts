import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config, type ConfigInput } from '../../src/config/schema.ts';
import { deliverAll } from '../../src/deliver/deliver-all.ts';
import type { DeliverDeps } from '../../src/deliver/deps.ts';
import { openOutbox } from '../../src/deliver/outbox/outbox.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { type Loopback, listen } from '../support/loopback.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';

type Hook = NonNullable<ConfigInput['webhooks']>[number];

interface Call {
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const now = new Date('2026-11-23T05:01:00.000Z');

describe('[U] deliver/deliver-all: webhooks', () => {
  let server: Loopback;
  let calls: Call[];
  let answer: (url: string) => { status: number; body?: string } | 'hang';
  let deps: DeliverDeps;
  let folder: string;

  beforeEach(async () => {
    calls = [];
    answer = () => ({ status: 200 });
    folder = await mkdtemp(join(tmpdir(), 'webhook-'));
    const outbox = openOutbox(openMemoryObjects());
    deps = { logger: silentLogger, now: () => now, signal: new AbortController().signal, outbox, exitCode: 0 };
    server = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url = '', headers } = request;
        calls.push({ url, headers, body: Buffer.concat(chunks).toString() });
        const said = answer(url);
        if (said !== 'hang') response.writeHead(said.status).end(said.body);
      });
    });
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  function configOf(hook: Partial<Hook>, rest: Partial<ConfigInput> = {}): Config {
    const name = hook.name ?? 'chat';
    return Config.parse({ webhooks: [{ url: `${server.url}/${name}`, ...hook, name }], ...rest });
  }

  async function secretFile(text: string): Promise<string> {
    const path = join(folder, 'secret');
    await writeFile(path, text);
    return path;
  }

  const bodyOf = (index: number) => JSON.parse(calls[index]?.body ?? '') as Record<string, unknown>;

  it('sends the counts and findings of its severity, signed with the time', async () => {
    const result = makeRichResult(200);
    const severe = result.findings.filter(
      ({ severity, change, ignoredBy }) =>
        (severity === 'HIGH' || severity === 'CRITICAL') && change !== 'resolved' && ignoredBy === undefined,
    );

    assert.deepEqual(await deliverAll(configOf({ hmacKeyFile: await secretFile('sign-it') }), result, deps), []);

    const { counts, status } = bodyOf(0) as { counts: { open: number }; status: string };
    assert.equal(counts.open, severe.length);
    assert.equal(status, result.summary.status);
    const timestamp = String(now.getTime() / 1000);
    const expected = createHmac('sha256', 'sign-it').update(`${timestamp}.${calls[0]?.body}`).digest('hex');
    assert.equal(calls[0]?.headers['x-strandline-signature'], `sha256=${expected}`);
    assert.equal(calls[0]?.headers['x-strandline-timestamp'], timestamp);
  });

  it('writes Slack blocks in which no name of a thing becomes markup', async () => {
    const rich = makeRichResult();
    const findings = rich.findings.map((one) => ({ ...one, resource: { ...one.resource, name: '<!channel>' } }));

    await deliverAll(configOf({ kind: 'slack' }), { ...rich, findings }, deps);

    const { blocks } = bodyOf(0) as { blocks: { type: string }[] };
    assert.equal(blocks[0]?.type, 'header');
    assert.match(calls[0]?.body ?? '', /&lt;!channel&gt;/);
    assert.doesNotMatch(calls[0]?.body ?? '', /<!channel>/);
  });

  it('takes the 200 of Slack that says not ok for a failure, and tries again in the next run', async () => {
    const hook: Partial<Hook> = { kind: 'slack', channel: 'C1', tokenFile: await secretFile('xoxb-token') };
    answer = () => ({ status: 200, body: '{"ok":false,"error":"channel_not_found"}' });

    const problems = await deliverAll(configOf(hook), makeRichResult(), deps);
    assert.match(problems[0]?.message ?? '', /webhook\/chat failed: Slack refused it \(channel_not_found\)/);
    answer = () => ({ status: 200, body: '{"ok":true}' });
    assert.deepEqual(await deliverAll(configOf(hook), makeRichResult(), deps), []);

    assert.equal(calls.length, 2);
    assert.equal(bodyOf(1)['channel'], 'C1');
    assert.equal(calls[1]?.headers['authorization'], 'Bearer xoxb-token');
  });

  it('writes an adaptive card for Teams', async () => {
    await deliverAll(configOf({ kind: 'teams' }), makeRichResult(), deps);

    const { attachments } = bodyOf(0) as { attachments: { contentType: string; content: { type: string } }[] };
    assert.equal(attachments[0]?.contentType, 'application/vnd.microsoft.card.adaptive');
    assert.equal(attachments[0]?.content.type, 'AdaptiveCard');
  });

  it('opens one PagerDuty incident and closes the same one when nothing is left', async () => {
    const hook: Partial<Hook> = { kind: 'pagerduty', when: 'always', tokenFile: await secretFile('routing-key') };
    const healthy = makeResult();

    await deliverAll(configOf(hook), makeRichResult(), deps);
    await deliverAll(configOf(hook), { ...healthy, scan: { ...healthy.scan, runId: 'next' } }, deps);

    assert.deepEqual(
      [0, 1].map((index) => [bodyOf(index)['event_action'], bodyOf(index)['dedup_key'], bodyOf(index)['routing_key']]),
      [
        ['trigger', 'strandline/main/chat', 'routing-key'],
        ['resolve', 'strandline/main/chat', 'routing-key'],
      ],
    );
  });

  it('keeps no token and no URL in the outbox', async () => {
    const objects = openMemoryObjects();
    const hook: Partial<Hook> = { kind: 'pagerduty', tokenFile: await secretFile('routing-key') };

    await deliverAll(configOf(hook), makeRichResult(), { ...deps, outbox: openOutbox(objects) });

    const kept = [...objects.objects.values()].map((bytes) => Buffer.from(bytes).toString()).join('\n');
    assert.match(kept, /trigger/);
    assert.doesNotMatch(kept, /routing-key|127\.0\.0\.1/);
  });

  it('escalates only what has been open for long enough', async () => {
    const result = makeRichResult(200);
    const old = result.findings.filter(
      ({ age, change, ignoredBy, severity }) =>
        now.getTime() - Date.parse(age.firstSeenAt) >= 100 * 86_400_000 &&
        ['HIGH', 'CRITICAL'].includes(severity) &&
        change !== 'resolved' &&
        ignoredBy === undefined,
    );

    await deliverAll(configOf({ escalateAfterDays: 100 }), result, deps);

    assert.ok(old.length > 0);
    assert.equal((bodyOf(0)['counts'] as { open: number }).open, old.length);
  });

  it('escalates a finding on the night it comes of age, not every night, and says when it is gone', async () => {
    const day = 86_400_000;
    const [finding] = makeRichResult().findings.filter(({ severity }) => severity === 'HIGH');
    assert.ok(finding);
    const nightly = async (nights: number, change: 'open' | 'resolved' = 'open') => {
      const at = new Date(now.getTime() + nights * day);
      const open = { ...finding, change, age: { ...finding.age, firstSeenAt: now.toISOString() } };
      const base = makeResult({ findings: [open] });
      const result = { ...base, scan: { ...base.scan, runId: `night-${nights}`, id: `night-${nights}` } };
      await deliverAll(configOf({ escalateAfterDays: 7 }), result, { ...deps, now: () => at });
      return calls.length;
    };

    assert.deepEqual(
      [await nightly(6), await nightly(7), await nightly(8), await nightly(9, 'resolved')],
      [0, 1, 1, 2],
    );
  });

  it('lets the PDF follow a Slack message, by the three calls that Slack has for it', async () => {
    const hook: Partial<Hook> = {
      kind: 'slack',
      name: 'chat.postMessage',
      channel: 'storage',
      attach: 'pdf',
      tokenFile: await secretFile('xoxb-token'),
    };
    const upload = `${server.url}/bytes`;
    answer = (url) => ({
      status: 200,
      body: JSON.stringify(
        url === '/chat.postMessage'
          ? { ok: true, channel: 'C123', ts: '171.5' }
          : { ok: true, upload_url: upload, file_id: 'F1' },
      ),
    });

    const pdf = Buffer.from('%PDF-1.7');
    assert.deepEqual(await deliverAll(configOf(hook), makeRichResult(), { ...deps, files: { pdf } }), []);

    assert.deepEqual(
      calls.map(({ url }) => url),
      ['/chat.postMessage', '/files.getUploadURLExternal', '/bytes', '/files.completeUploadExternal'],
    );
    assert.equal(calls[1]?.body, 'filename=strandline-main-2026-11-23.pdf&length=8');
    assert.equal(calls[2]?.body, '%PDF-1.7');
    assert.equal(calls[2]?.headers['authorization'], undefined, 'the token is not for the storage behind the address');
    const shared = bodyOf(3) as { files: { id: string }[]; channel_id: string; thread_ts: string };
    assert.deepEqual([shared.files[0]?.id, shared.channel_id, shared.thread_ts], ['F1', 'C123', '171.5']);
  });

  it('never posts a Slack message again because its file was refused, and says so', async () => {
    const tokenFile = await secretFile('xoxb-token');
    const hook: Partial<Hook> = { kind: 'slack', name: 'chat.postMessage', channel: 'C1', attach: 'pdf', tokenFile };
    answer = (url) => ({
      status: 200,
      body: JSON.stringify(
        url === '/chat.postMessage' ? { ok: true, channel: 'C1', ts: '1.1' } : { ok: false, error: 'missing_scope' },
      ),
    });
    const files = { pdf: Buffer.from('%PDF-1.7') };

    const problems = await deliverAll(configOf(hook), makeRichResult(), { ...deps, files });
    await deliverAll(configOf(hook), makeRichResult(), { ...deps, files });

    assert.match(problems[0]?.message ?? '', /the message was posted, its file was not: .*missing_scope/);
    assert.equal(calls.filter(({ url }) => url === '/chat.postMessage').length, 1);
  });

  it('takes a template of the user for the body', async () => {
    const templateFile = join(folder, 'body.hbs');
    await writeFile(templateFile, '{"said":{{json subject}},"status":"{{status}}"}');

    await deliverAll(configOf({ templateFile }), makeRichResult(), deps);

    assert.match(String(bodyOf(0)['said']), /^\[ACT\] storage/);
    assert.equal(bodyOf(0)['status'], 'ACT');
  });

  for (const [exitCode, path] of [
    [0, '/chat'],
    [10, '/chat'],
    [3, '/chat/fail'],
    [4, '/chat/fail'],
  ] as const) {
    it(`pings ${path} on exit ${exitCode}`, async () => {
      await deliverAll(configOf({ kind: 'ping' }), makeResult(), { ...deps, exitCode });

      assert.deepEqual(
        calls.map(({ url }) => url),
        [path],
      );
    });
  }

  it('lets a hook that hangs and one that is refused keep nobody else waiting', async () => {
    answer = (url) => (url === '/hangs' ? 'hang' : { status: url === '/refused' ? 400 : 200 });
    const hooks = ['hangs', 'refused', 'good'].map((name) => ({
      name,
      url: `${server.url}/${name}`,
      timeout: '500ms',
    }));
    const started = performance.now();

    const problems = await deliverAll(Config.parse({ webhooks: hooks }), makeRichResult(), deps);

    assert.deepEqual(
      problems.map(({ message }) => message.split(':')[0]),
      ['Delivery to webhook/hangs unknown', 'Delivery to webhook/refused refused'],
    );
    assert.equal(calls.filter(({ url }) => url === '/good').length, 1);
    assert.ok(performance.now() - started < 5000);
  });

  it('pushes exit code 5 when the scan went well and a delivery failed', async () => {
    answer = (url) => ({ status: url === '/chat' ? 400 : 200 });
    const pushgateway = { url: server.url, gzip: false };

    await deliverAll(configOf({}, { pushgateway }), { ...makeRichResult() }, deps);

    const run = calls.findLast(({ url }) => url.startsWith('/metrics/job/strandline_run'));
    assert.match(run?.body ?? '', /^strandline_last_run_exit_code 5$/m);
    assert.match(run?.body ?? '', /^strandline_deliveries_failed 1$/m);
  });

  it('pushes no metrics for a report or when another scan held the lock', async () => {
    const config = Config.parse({ pushgateway: { url: server.url } });
    const report = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' };

    await deliverAll(config, makeRichResult(), { ...deps, report });
    await deliverAll(config, makeRichResult(), { ...deps, exitCode: 6 });

    assert.equal(calls.length, 0);
  });
});
