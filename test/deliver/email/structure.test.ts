import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { type Attachment, simpleParser } from 'mailparser';
import { PDFDocument } from 'pdf-lib';
import { Config, type ConfigInput } from '../../../src/config/schema.ts';
import { deliverAll } from '../../../src/deliver/deliver-all.ts';
import type { DeliverFiles } from '../../../src/deliver/deps.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { renderChartImages } from '../../../src/report/chart-images.ts';
import { makeRichResult } from '../../support/make-result.ts';
import { listenSmtp, type SmtpBench } from '../../support/smtp.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

type Recipient = NonNullable<ConfigInput['email']>['recipients'][number];

describe('[U] deliver/email: the structure of a mail', () => {
  const folder = useTemporaryFolder();
  const result = makeRichResult(200);
  let smtp: SmtpBench;
  let files: DeliverFiles;

  before(async () => {
    const document = await PDFDocument.create();
    document.addPage().drawText('the report');
    const charts = await renderChartImages(result);
    files = {
      pdf: Buffer.from(await document.save()),
      csv: Buffer.from('check\r\n'),
      charts: () => Promise.resolve(charts),
    };
  });
  beforeEach(async () => {
    smtp = await listenSmtp({ disabledCommands: ['STARTTLS'] });
  });
  afterEach(() => smtp.close());

  async function send(recipient: Recipient, email: object = {}): Promise<Buffer> {
    const section = { host: '127.0.0.1', port: smtp.port, security: 'none', from: 'Späher <s@example.org>' };
    const config = Config.parse({ email: { ...section, recipients: [recipient], ...email } });
    const problems = await deliverAll(config, result, {
      logger: silentLogger,
      now: () => new Date('2026-11-23T05:01:00.000Z'),
      signal: new AbortController().signal,
      exitCode: 0,
      files,
    });
    assert.deepEqual(problems, []);
    return smtp.mails[0]?.raw ?? Buffer.alloc(0);
  }

  /** The content types of a message, in the order of its parts. */
  const typesOf = (raw: Buffer) =>
    [...raw.toString().matchAll(/^content-type:\s*([a-z]+\/[a-z]+)/gim)].map(([, type]) => type);

  it('is mixed › related › alternative, with two bodies, two pictures and the files', async () => {
    const raw = await send({ to: 'ops@example.org' }, { attach: ['pdf', 'csv'] });

    assert.deepEqual(typesOf(raw), [
      'multipart/mixed',
      'multipart/related',
      'multipart/alternative',
      'text/plain',
      'text/html',
      'image/png',
      'image/png',
      'application/pdf',
      'text/csv',
    ]);
  });

  it('has a picture for every cid of the HTML, each with words for those who do not see it', async () => {
    const { html, attachments } = await simpleParser(await send({ to: 'ops@example.org' }), { skipImageLinks: true });

    const shown = [...String(html).matchAll(/<img[^>]*src="cid:([^"]+)"[^>]*>/g)];
    assert.equal(shown.length, 2);
    for (const [tag, cid] of shown) {
      const picture = attachments.find((one: Attachment) => one.cid === cid);
      assert.equal(picture?.content.subarray(1, 4).toString(), 'PNG', cid);
      assert.ok((picture?.content.readUInt32BE(16) ?? 0) >= 1000, 'sharp at two dots per pixel');
      assert.match(tag, /alt="[^"]{20,}"/);
    }
    assert.match(String(html), /TiB of 187 findings/);
  });

  it('attaches a PDF that opens, under a name with place and date', async () => {
    const { attachments } = await simpleParser(await send({ to: 'ops@example.org' }));

    const pdf = attachments.find(({ contentType }) => contentType === 'application/pdf');
    assert.equal(pdf?.filename, 'strandline-main-2026-11-23.pdf');
    assert.equal((await PDFDocument.load(pdf?.content ?? '')).getPageCount(), 1);
  });

  it('gives a team neither pictures nor files of the whole estate', async () => {
    const raw = await send({ to: 'shop@example.org', labels: { team: 'shop' } });

    assert.deepEqual(typesOf(raw), ['multipart/alternative', 'text/plain', 'text/html']);
  });

  it('writes names of any script, and lines that every server takes', async () => {
    const raw = await send({ to: 'ops@example.org' });

    assert.equal((await simpleParser(raw)).from?.value[0]?.name, 'Späher');
    const longest = Math.max(
      ...raw
        .toString('latin1')
        .split('\r\n')
        .map((line) => line.length),
    );
    assert.ok(longest <= 998, `${longest} characters in a line`);
  });

  it('takes an HTML template of the user, and says where one is wrong', async () => {
    const templateFile = folder.file('mail.hbs');
    writeFileSync(templateFile, '<p>{{status}} in {{place}}: {{counts.[0].value}}</p>');

    const { html } = await simpleParser(await send({ to: 'ops@example.org' }, { templateFile }));

    assert.match(String(html), /<p>ACT in prod, staging \/ nas01, nas02: 187<\/p>/);
    writeFileSync(templateFile, '{{nothing.like.this}}');
    await assert.rejects(send({ to: 'ops@example.org' }, { templateFile }), /email\.templateFile: the template/);
  });
});
