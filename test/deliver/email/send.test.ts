import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Email } from '../../../src/config/sections/deliveries.ts';
import { sendMail } from '../../../src/deliver/email/send.ts';
import { toSmtpTarget } from '../../../src/deliver/email/target.ts';
import { sendTestMail } from '../../../src/deliver/email/test-mail.ts';
import { listen, testCertificate } from '../../support/loopback.ts';
import { listenSmtp, type SmtpBench } from '../../support/smtp.ts';

const message = Buffer.from('Subject: hello\r\n\r\nhello\r\n');

describe('[U] deliver/email/send', () => {
  let folder: string;
  let smtp: SmtpBench | undefined;
  let logins: { method: string; username: string | undefined; secret: string | undefined }[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mail-'));
    logins = [];
  });

  afterEach(async () => {
    await smtp?.close();
    await rm(folder, { recursive: true });
  });

  async function secretFile(name: string, text: string): Promise<string> {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  }

  async function startTls(secure: boolean) {
    const { key, cert } = await testCertificate();
    smtp = await listenSmtp({
      secure,
      key,
      cert,
      authOptional: false,
      authMethods: ['PLAIN', 'XOAUTH2'],
      onAuth({ method, username, password, accessToken }, _session, callback) {
        logins.push({ method, username, secret: password ?? accessToken });
        callback(null, password === 'wrong' ? {} : { user: username ?? '' });
      },
    });
    return { port: smtp.port, caFile: await secretFile('ca.pem', cert) };
  }

  const configOf = (rest: object) =>
    Email.parse({
      host: 'localhost',
      from: 'Storage <storage@example.org>',
      recipients: [{ to: 'Ops <ops@example.org>' }],
      timeout: '3s',
      ...rest,
    });

  for (const [security, secure] of [
    ['starttls', false],
    ['tls', true],
  ] as const) {
    it(`logs in by password over ${security} with a CA of its own`, async () => {
      const { port, caFile } = await startTls(secure);
      const passwordFile = await secretFile('password', 'open sesame\n');
      const config = configOf({ port, security, username: 'robot', passwordFile, tls: { caFile } });

      assert.deepEqual(await sendMail(message, 'Ops <ops@example.org>', toSmtpTarget(config)), { state: 'sent' });

      assert.deepEqual(logins, [{ method: 'PLAIN', username: 'robot', secret: 'open sesame' }]);
      assert.deepEqual(smtp?.mails[0]?.to, ['ops@example.org']);
    });
  }

  it('logs in by OAuth2 with a token that it asked for', async () => {
    const { port, caFile } = await startTls(true);
    let form = '';
    const tokens = await listen((request, response) => {
      request.on('data', (chunk: Buffer) => {
        form += chunk.toString();
      });
      request.on('end', () => response.end(JSON.stringify({ access_token: 'fresh-token', token_type: 'Bearer' })));
    });
    const oauth2 = {
      tokenUrl: tokens.url,
      clientId: 'strandline',
      clientSecretFile: await secretFile('client', 'client-secret'),
      refreshTokenFile: await secretFile('refresh', 'refresh-me'),
    };
    const config = configOf({ port, security: 'tls', username: 'robot@example.org', oauth2, tls: { caFile } });

    const outcome = await sendMail(message, 'ops@example.org', toSmtpTarget(config));
    await tokens.close();

    assert.deepEqual(outcome, { state: 'sent' });
    assert.equal(
      form,
      'client_id=strandline&grant_type=refresh_token&refresh_token=refresh-me&client_secret=client-secret',
    );
    assert.deepEqual(logins, [{ method: 'XOAUTH2', username: 'robot@example.org', secret: 'fresh-token' }]);
  });

  it('says that the login was refused, without the password', async () => {
    const { port, caFile } = await startTls(true);
    const passwordFile = await secretFile('password', 'wrong');
    const config = configOf({ port, security: 'tls', username: 'robot', passwordFile, tls: { caFile } });

    const outcome = await sendMail(message, 'ops@example.org', toSmtpTarget(config));

    assert.equal(outcome.state, 'failed');
    assert.match(JSON.stringify(outcome), /535/);
    assert.doesNotMatch(JSON.stringify(outcome), /wrong/);
  });

  it('says failed, not unknown, when nobody listens', async () => {
    smtp = undefined;
    const outcome = await sendMail(message, 'ops@example.org', toSmtpTarget(configOf({ port: 1, security: 'none' })));

    assert.equal(outcome.state, 'failed');
  });

  it('sends a test mail', async () => {
    smtp = await listenSmtp({ disabledCommands: ['STARTTLS'] });
    const config = configOf({ port: smtp.port, host: '127.0.0.1', security: 'none' });

    assert.deepEqual(await sendTestMail(config, 'Ops <ops@example.org>', 'main'), { state: 'sent' });
    assert.ok(smtp.mails[0]?.raw.includes('[TEST] Strandline main can send mail'));
  });
});
