import { randomUUID } from 'node:crypto';
import nodemailer from 'nodemailer';
import type { Outcome } from '../outcome.ts';
import { sendMail } from './send.ts';
import { type EmailConfig, toSmtpTarget } from './target.ts';

export interface TestMailOutcome {
  readonly recipient: string;
  readonly outcome: Outcome;
}

/** `deliver test`: one short mail to each recipient, past the outbox. @throws ConfigError */
export async function sendTestMail(config: EmailConfig, deployment: string): Promise<readonly TestMailOutcome[]> {
  const target = toSmtpTarget(config);
  return Promise.all(
    config.recipients.map(async ({ to }) => {
      const message = await composeTest(config.from, to, deployment);
      return { recipient: to, outcome: await sendMail(message, to, target) };
    }),
  );
}

async function composeTest(from: string, to: string, deployment: string): Promise<Buffer> {
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
