import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParsedMail, simpleParser } from 'mailparser';
import { parse, stringify } from 'yaml';
import { demoEstate } from '../../../fixtures/estates/demo/demo.ts';
import { type EstateServers, startEstateServers } from '../../../src/cli/demo/estate-servers.ts';
import { formatBytes } from '../../../src/deliver/words.ts';
import { ScanResult } from '../../../src/model/scan-result.ts';
import { wirePorts } from '../../../src/run/wire.ts';
import { type Loopback, listen } from '../../support/loopback.ts';
import { run } from '../../support/monitoring.ts';
import { runCommand } from '../../support/run-command.ts';
import { listenSmtp, type SmtpBench } from '../../support/smtp.ts';

/** The whole `scan` against a simulated estate, real browser, real files; mail, chat and metrics go to loopback. */
describe('[I] deliver: a scan and what it sends', function () {
  this.timeout(180_000);
  let servers: EstateServers;
  let smtp: SmtpBench;
  let chat: Loopback;
  let calls: { readonly at: number; readonly method: string; readonly url: string; readonly body: string }[];

  before(async () => {
    calls = [];
    smtp = await listenSmtp({ disabledCommands: ['STARTTLS'] });
    chat = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '' } = request;
        calls.push({ at: performance.now(), method, url, body: Buffer.concat(chunks).toString() });
        if (url !== '/hangs') response.end('{}');
      });
    });
    const email = { host: '127.0.0.1', port: smtp.port, security: 'none', from: 'storage@example.org' };
    servers = await startEstateServers(demoEstate(), {
      email: { ...email, recipients: [{ to: 'ops@example.org' }], attach: ['pdf', 'csv'] },
      pushgateway: { url: `${chat.url}/gateway`, gzip: false },
      output: { formats: ['html', 'pdf', 'csv'] },
      webhooks: [
        { name: 'team', url: `${chat.url}/team`, minSeverity: 'LOW' },
        { name: 'hangs', url: `${chat.url}/hangs`, timeout: '3s' },
      ],
    });
  });
  after(async () => {
    await servers?.close();
    await smtp?.close();
    await chat?.close();
  });

  async function scan(configFile = servers.configFile, out = join(servers.folder, 'out')) {
    const metricsFile = join(servers.folder, 'strandline.prom');
    const argv = ['scan', '--config', configFile, '--out', out, '--metrics-file', metricsFile, '--log-level', 'error'];
    const ran = await runCommand({ argv, ports: wirePorts(), now: servers.now().toISOString() });
    assert.notEqual(ran.code, 2, ran.stderr);
    const result = ScanResult.parse(JSON.parse(await readFile(join(out, 'result.json'), 'utf8')));
    return { ...ran, out, result, metrics: await readFile(metricsFile, 'utf8') };
  }

  const newestMail = (): Promise<ParsedMail> => simpleParser(smtp.mails.at(-1)?.raw ?? '');

  it('says the same by every way, each within 30 s of the end, and one that hangs keeps none waiting', async () => {
    const { code, out, result, metrics } = await scan();

    assert.equal(code, 5, 'one webhook hangs');
    const { summary } = result;
    assert.ok(summary.findings > 10);
    const mail = await newestMail();
    for (const [name, value] of [
      ['Open findings', String(summary.findings)],
      ['New', String(summary.new)],
      ['Confirmed', String(summary.confirmed)],
      ['Ignored', String(summary.ignored)],
      ['Reclaimable', formatBytes(summary.reclaimableBytes)],
    ] as const) {
      assert.ok(mail.text?.includes(`\n${name}: ${value}\n`), `${name}: ${value}`);
      assert.match(String(mail.html), new RegExp(`>${value}</span><br><span[^>]*>${name}</span>`));
    }
    const team = JSON.parse(calls.find(({ url }) => url === '/team')?.body ?? '') as { counts: { open: number } };
    assert.equal(team.counts.open, summary.findings);
    const counted = [...metrics.matchAll(/^strandline_findings\{(.*)\} (\d+)$/gm)]
      .filter(([, labels]) => !labels?.includes('change="resolved"'))
      .reduce((sum, [, , count]) => sum + Number(count), 0);
    assert.equal(counted, summary.findings);
    assert.match(metrics, /^strandline_last_run_exit_code\{deployment="demo"\} 5$/m);

    const pdf = mail.attachments.find(({ contentType }) => contentType === 'application/pdf');
    assert.deepEqual(pdf?.content, await readFile(join(out, 'report.pdf')));
    await writeFile(join(servers.folder, 'mailed.pdf'), pdf?.content ?? '');
    const { stdout } = await run('pdfinfo', [join(servers.folder, 'mailed.pdf')]);
    assert.match(stdout, /^Pages: +\d+$/m);
    assert.equal(mail.attachments.filter(({ contentType }) => contentType === 'image/png').length, 2);

    const reached = calls.filter(({ url }) => url !== '/hangs').map(({ at }) => at);
    assert.ok(Math.max(...reached) - Math.min(...reached) < 30_000);
  });

  it('with history that cannot be read writes the report, pushes the run, and mails nothing', async () => {
    const config = parse(await readFile(servers.configFile, 'utf8')) as Record<string, unknown>;
    const broken = join(servers.folder, 'broken-history');
    await mkdir(broken);
    await writeFile(join(broken, 'format.json'), '{"formatVersion":999}');
    await writeFile(
      join(servers.folder, 'broken.yaml'),
      stringify({ ...config, history: { dir: broken }, output: { formats: ['html'] } }),
    );
    const mails = smtp.mails.length;
    calls.length = 0;

    const { code, out } = await scan(join(servers.folder, 'broken.yaml'), join(servers.folder, 'out-broken'));

    assert.equal(code, 4);
    assert.match(await readFile(join(out, 'report.html'), 'utf8'), /The history could not be read/);
    assert.equal(smtp.mails.length, mails);
    const urls = calls.map(({ method, url }) => `${method} ${url}`);
    assert.deepEqual(urls, ['POST /gateway/metrics/job/strandline_run/deployment@base64/ZGVtbw']);
    assert.match(calls[0]?.body ?? '', /^strandline_last_run_exit_code 4$/m);
  });
});
