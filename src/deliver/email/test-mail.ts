import { randomUUID } from 'node:crypto';
import type { Outcome } from '../outcome.ts';
import { sendMail } from './send.ts';
import { type EmailConfig, toSmtpTarget } from './target.ts';

/** One short mail to one recipient, past the outbox. @throws ConfigError, SourceError, DeliveryError */
export async function sendTestMail(config: EmailConfig, to: string, deployment: string): Promise<Outcome> {
  return sendMail(await composeTest(config.from, to, deployment), to, toSmtpTarget(config));
}

async function composeTest(from: string, to: string, deployment: string): Promise<Buffer> {
  const { default: nodemailer } = await import('nodemailer');
  const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const domain = /@([^\s@<>]+)>?$/.exec(from)?.[1] ?? 'localhost';
  const { message } = await composer.sendMail({
    from,
    to,
    subject: `[TEST] Strandline ${deployment} can send mail`,
    messageId: `<${randomUUID()}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    text: `This is a test of the mail settings of the Strandline deployment ${deployment}. Nothing was scanned.\n`,
  });
  if (!Buffer.isBuffer(message)) throw new TypeError('the composed mail is no buffer');
  return message;
}
