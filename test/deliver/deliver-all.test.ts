import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Config, type ConfigInput } from '../../src/config/schema.ts';
import { deliverAll } from '../../src/deliver/deliver-all.ts';
import type { DeliverDeps } from '../../src/deliver/deps.ts';
import { openOutbox } from '../../src/deliver/outbox/outbox.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { testCertificate } from '../support/loopback.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';
import { openMemoryObjects } from '../support/memory-objects.ts';
import { listenSmtp, type SmtpBench } from '../support/smtp.ts';

type EmailInput = NonNullable<ConfigInput['email']>;

const now = new Date('2026-11-23T05:01:00.000Z');

function configOf(port: number, email: Partial<EmailInput> = {}): Config {
  return Config.parse({
    email: {
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'Storage <storage@example.org>',
      recipients: [{ to: 'ops@example.org' }],
      timeout: '2s',
      ...email,
    },
  });
}

function ofRun(result: ScanResult, runId: string): ScanResult {
  return { ...result, scan: { ...result.scan, runId, id: `${runId}-1` } };
}

describe('[U] deliver/deliver-all: mail', () => {
  let smtp: SmtpBench;
  let deps: DeliverDeps & { readonly outbox: NonNullable<DeliverDeps['outbox']> };

  beforeEach(() => {
    const outbox = openOutbox(openMemoryObjects());
    deps = { logger: silentLogger, now: () => now, signal: new AbortController().signal, outbox, exitCode: 0 };
  });

  afterEach(() => smtp.close());

  async function start(options: Parameters<typeof listenSmtp>[0] = {}) {
    smtp = await listenSmtp({ disabledCommands: ['STARTTLS'], ...options });
    return smtp;
  }

  const parsed = (index: number) => simpleParser(smtp.mails[index]?.raw ?? Buffer.alloc(0));

  it('says the verdict first, in both bodies the counts of the result, and attaches the PDF', async () => {
    const { port } = await start();
    const result = makeRichResult(200);
    const pdf = Buffer.from('%PDF-1.7 test');

    assert.deepEqual(await deliverAll(configOf(port), result, { ...deps, files: { pdf } }), []);

    const mail = await parsed(0);
    const { summary } = result;
    assert.match(
      mail.subject ?? '',
      /^\[ACT\] storage prod, staging \/ nas01, nas02: \d+ new findings, .* — 2026-11-23$/,
    );
    assert.ok(mail.subject?.includes(`${summary.new} new findings, ${summary.findings} open`));
    for (const [name, value] of [
      ['Open findings', summary.findings],
      ['Confirmed', summary.confirmed],
      ['Resolved', summary.resolved],
      ['Ignored', summary.ignored],
    ] as const) {
      assert.ok(mail.text?.includes(`${name}: ${value}\n`), `${name} in the text`);
      assert.match(String(mail.html), new RegExp(`>${value}</span><br><span[^>]*>${name}</span>`));
    }
    assert.deepEqual(
      mail.attachments.map(({ filename, contentType, content }) => [filename, contentType, content.toString()]),
      [['strandline-main-2026-11-23.pdf', 'application/pdf', pdf.toString()]],
    );
  });

  it('carries the headers that keep robots from answering and filters sorting', async () => {
    const { port } = await start();

    await deliverAll(configOf(port), makeRichResult(), deps);

    const { headers, messageId, date } = await parsed(0);
    assert.equal(headers.get('auto-submitted'), 'auto-generated');
    assert.match(messageId ?? '', /^<[0-9a-f]{20}@example\.org>$/);
    assert.deepEqual(date, now);
    assert.match(smtp.mails[0]?.raw.toString() ?? '', /^List-Id: Strandline\s+<main\.strandline\.example\.org>/im);
  });

  it('has an HTML body that mail clients show: below 100 KB, styles inline, no script, image or SVG', async () => {
    const { port } = await start();

    const rich = makeRichResult(3000);
    const [gap] = rich.summary.notAssessed;
    assert.ok(gap);
    const notAssessed = Array.from({ length: 2000 }, () => gap);

    await deliverAll(configOf(port), { ...rich, summary: { ...rich.summary, notAssessed } }, deps);

    const html = String((await parsed(0)).html);
    assert.ok(Buffer.byteLength(html) < 100_000);
    assert.match(html, /<h1 style="[^"]*font-size: 20px/);
    assert.doesNotMatch(html, /<(script|img|svg|link|iframe)|data:|onerror="/i);
  });

  it('gives a team its own part and not the report of all', async () => {
    const { port } = await start();
    const recipients = [{ to: 'shop@example.org', namespaces: ['shop'] }];

    await deliverAll(configOf(port, { recipients }), makeRichResult(200), {
      ...deps,
      files: { pdf: Buffer.from('%PDF') },
    });

    const { text, attachments } = await parsed(0);
    assert.match(text ?? '', /shop\//);
    assert.doesNotMatch(text ?? '', /billing\//);
    assert.equal(attachments.length, 0);
  });

  it('mails a report also to those whom no scan mails', async () => {
    const { port } = await start();
    const report = { from: '2026-11-16T00:00:00Z', to: '2026-11-23T00:00:00Z' };

    await deliverAll(configOf(port, { when: 'never' }), ofRun(makeRichResult(), 'run-1'), deps);
    assert.equal(smtp.mails.length, 0);
    await deliverAll(configOf(port, { when: 'never' }), ofRun(makeRichResult(), 'run-1'), { ...deps, report });
    assert.equal(smtp.mails.length, 1);
  });

  it('says once that nothing is left, also when what was open is ignored now', async () => {
    const { port } = await start();
    const [finding] = makeRichResult().findings;
    assert.ok(finding);
    const open = makeResult({ findings: [{ ...finding, change: 'new' }] });
    const ignored = makeResult({ findings: [{ ...finding, ignoredBy: { rule: 'r', reason: 'known' } }] });

    for (const [night, result] of [open, ignored, ignored].entries()) {
      const at = new Date(now.getTime() + night * 86_400_000);
      await deliverAll(configOf(port), ofRun(result, `run-${night}`), { ...deps, now: () => at });
    }

    assert.equal(smtp.mails.length, 2);
    assert.match((await parsed(1)).subject ?? '', /0 open/);
  });

  it('sends nothing for a healthy scan without change, and does when asked to', async () => {
    const { port } = await start();

    await deliverAll(configOf(port), ofRun(makeResult(), 'run-1'), deps);
    assert.equal(smtp.mails.length, 0);
    await deliverAll(configOf(port, { when: 'always' }), ofRun(makeResult(), 'run-2'), deps);
    assert.equal(smtp.mails.length, 1);
  });

  it('never sends twice for one run, and sends the complete attempt after a partial one as its correction', async () => {
    const { port } = await start();
    const partial = makeRichResult();
    const complete = { ...partial, scan: { ...partial.scan, id: 'second', complete: true } };

    await deliverAll(configOf(port), partial, deps);
    await deliverAll(configOf(port), { ...partial, scan: { ...partial.scan, id: 'retry' } }, deps);
    await deliverAll(configOf(port), complete, deps);
    await deliverAll(configOf(port), partial, deps);

    assert.equal(smtp.mails.length, 2);
    assert.match((await parsed(1)).subject ?? '', /^Correction: \[ACT\]/);
  });

  it('keeps a mail that greylisting put off, and the retried run sends it, once', async () => {
    const { port } = await start({ refuse: (mail) => (mail === 1 ? 451 : undefined) });
    const result = makeRichResult();

    const problems = await deliverAll(configOf(port), result, deps);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /ops@example\.org failed: the SMTP server answered 451/);
    assert.equal(problems[0]?.kind, 'delivery');
    assert.deepEqual(await deliverAll(configOf(port), result, deps), []);
    await deliverAll(configOf(port), result, deps);

    assert.equal(smtp.mails.length, 1);
  });

  it('replaces a nightly mail that could not go out by the next one, and names it', async () => {
    const { port } = await start({ refuse: (mail) => (mail === 1 ? 451 : undefined) });

    await deliverAll(configOf(port), ofRun(makeRichResult(), 'run-1'), deps);
    await deliverAll(configOf(port), ofRun(makeRichResult(), 'run-2'), deps);
    await deliverAll(configOf(port), ofRun(makeRichResult(), 'run-2'), deps);

    assert.equal(smtp.mails.length, 1);
    assert.match((await parsed(0)).text ?? '', /The message of run-1 .* is replaced by this one/);
  });

  it('does not send again what a server swallowed without an answer', async () => {
    const { port } = await start({ refuse: () => 'silent' });

    const problems = await deliverAll(configOf(port, { timeout: '400ms' }), makeRichResult(), deps);
    assert.match(problems[0]?.message ?? '', /unknown/);
    assert.deepEqual(await deliverAll(configOf(port, { timeout: '400ms' }), makeRichResult(), deps), []);
  });

  it('says in the next mail that the fate of one is unknown when a run died while sending', async () => {
    const { port } = await start();
    const dead = ofRun(makeRichResult(), 'run-1');
    const dying: DeliverDeps = {
      ...deps,
      outbox: {
        ...deps.outbox,
        step: async (item, step) => (item.steps.length > 0 ? false : deps.outbox.step(item, step)),
      },
    };
    const later = new Date(now.getTime() + 86_400_000);

    await deliverAll(configOf(port), dead, dying);
    await deliverAll(configOf(port), ofRun(makeRichResult(), 'run-2'), { ...deps, now: () => later });
    await deliverAll(configOf(port), ofRun(makeRichResult(), 'run-3'), { ...deps, now: () => later });

    const texts = await Promise.all(smtp.mails.map(async (_, index) => (await parsed(index)).text ?? ''));
    assert.deepEqual(
      texts.map((text) => /The message of run-1 .*may or may not have arrived/.test(text)),
      [false, true, false],
    );
  });

  it('gives a refused recipient up and still serves the other', async () => {
    const { port } = await start({
      onRcptTo: ({ address }, _session, callback) =>
        address.startsWith('gone') ? callback(Object.assign(new Error('no'), { responseCode: 550 })) : callback(),
    });
    const recipients = [{ to: 'gone@example.org' }, { to: 'ops@example.org' }];

    const problems = await deliverAll(configOf(port, { recipients }), makeRichResult(), deps);

    assert.match(problems[0]?.message ?? '', /gone@example\.org refused: the SMTP server answered 550/);
    assert.deepEqual(
      smtp.mails.map(({ to }) => to),
      [['ops@example.org']],
    );
    assert.deepEqual(await deliverAll(configOf(port, { recipients }), makeRichResult(), deps), []);
  });

  for (const [what, options, limit] of [
    ['our limit', {}, 0.1],
    ['the size that the server announces', { size: 200_000 }, 10],
    ['552 of the server', { refuse: (mail: number) => (mail === 1 ? 552 : undefined) }, 10],
  ] as const) {
    it(`sends a mail too large for ${what} without attachments, and says where they are`, async () => {
      const { port } = await start(options);
      const files = { pdf: Buffer.alloc(400_000, 65), where: '/data/out' };

      assert.deepEqual(
        await deliverAll(configOf(port, { sizeLimitMb: limit }), makeRichResult(), { ...deps, files }),
        [],
      );

      const { text, attachments } = await parsed(0);
      assert.equal(attachments.length, 0);
      assert.match(text ?? '', /The full report is in \/data\/out\./);
    });
  }

  it('sends nothing over a connection that is not encrypted when STARTTLS is asked for', async () => {
    const { port } = await start();

    const problems = await deliverAll(configOf(port, { security: 'starttls' }), makeRichResult(), deps);

    assert.equal(problems.length, 1);
    assert.equal(smtp.mails.length, 0);
  });

  it('refuses a certificate that nobody vouches for', async () => {
    const { key, cert } = await testCertificate();
    const { port } = await start({ secure: true, key, cert });

    const problems = await deliverAll(configOf(port, { security: 'tls' }), makeRichResult(), deps);

    assert.equal(problems.length, 1);
    assert.equal(smtp.mails.length, 0);
  });

  it('mails nothing when history could not be read, for it may have done so before', async () => {
    const { port } = await start();

    await deliverAll(configOf(port), makeRichResult(), { ...deps, exitCode: 4 });

    assert.equal(smtp.mails.length, 0);
  });

  it('mails a report of a period whatever `when` says, with the days it covers and how many were scanned', async () => {
    const { port } = await start();
    const report = { from: '2026-10-18T22:00:00.000Z', to: '2026-10-25T23:00:00.000Z' };
    const period = {
      ...report,
      scans: 6,
      days: 7,
      scannedDays: 6,
      missingDays: ['2026-10-22'],
      incompleteScans: 0,
    };

    await deliverAll(configOf(port), makeResult({ period }), { ...deps, report });

    const { subject, text, html } = await parsed(0);
    const said = '2026-10-19 to 2026-10-25 (week 43, Europe/Berlin): 6 of 7 scans; none on 2026-10-22';
    assert.match(subject ?? '', /— 2026-10-19 to 2026-10-25$/);
    assert.ok(text?.includes(said));
    assert.ok(String(html).includes(said));
  });

  it('ends the mail that is under way when the run is stopped, and begins none after it', async () => {
    const stop = new AbortController();
    const { port } = await start({
      refuse: () => {
        stop.abort();
        return undefined;
      },
    });
    const config = configOf(port, { when: 'always' });
    const result = makeRichResult(3);
    const stopped = { ...deps, signal: stop.signal };

    const first = await deliverAll(config, ofRun(result, 'a'), stopped);
    const second = await deliverAll(config, ofRun(result, 'b'), stopped);

    assert.deepEqual(first, []);
    assert.deepEqual(
      second.map(({ message }) => message),
      ['Delivery to ops@example.org was not begun: the run was stopped'],
    );
    assert.equal(smtp.mails.length, 1);
    const [item, ...more] = await deps.outbox.list(result.scan.deployment);
    assert.deepEqual(
      item?.steps.map(({ state }) => state),
      ['claimed', 'sent'],
    );
    assert.deepEqual(more, [], 'the retried Job writes its own');
  });
});
