import { Readable } from 'node:stream';
import { isPinnedOnly, tlsConnectOptions } from '../../util/tls.ts';
import { leaveTrace } from '../../util/trail.ts';
import type { Outcome } from '../outcome.ts';
import type { SmtpTarget } from './target.ts';

/** One message to one recipient. Never throws: what went wrong is in the outcome, without credentials. */
export async function sendMail(message: Buffer, to: string, target: SmtpTarget): Promise<Outcome> {
  const startedMs = performance.now();
  const outcome = await trySend(message, to, target);
  leaveTrace({
    ...{ kind: 'call', system: 'email', method: 'SMTP message', outcome: outcome.state === 'sent' ? 'ok' : 'server' },
    ...{ bytes: 0, count: 1, durationMs: Math.round(performance.now() - startedMs) },
  });
  return outcome;
}

async function trySend(message: Buffer, to: string, target: SmtpTarget): Promise<Outcome> {
  const body = trackedStream(message);
  const { default: nodemailer } = await import('nodemailer');
  const transport = nodemailer.createTransport(await toOptions(target));
  const deadline = setTimeout(() => transport.close(), target.timeoutMs);
  try {
    const from = addressOf(target.from);
    await withTimeout(
      transport.sendMail({ envelope: { from, to: [addressOf(to)], size: message.length }, raw: body.stream }),
      target.timeoutMs,
    );
    return { state: 'sent' };
  } catch (error) {
    return toOutcome(error, body.isRead());
  } finally {
    clearTimeout(deadline);
    transport.close();
  }
}

/** A server cannot accept what it has not seen to its end: until then a failure is surely a failure. */
function trackedStream(message: Buffer): { readonly stream: Readable; readonly isRead: () => boolean } {
  let isRead = false;
  const stream = Readable.from(
    (async function* () {
      const chunkBytes = 64 * 1024;
      for (let from = 0; from < message.length; from += chunkBytes) {
        if (from + chunkBytes >= message.length) isRead = true;
        yield message.subarray(from, from + chunkBytes);
      }
    })(),
    { objectMode: false },
  );
  return { stream, isRead: () => isRead };
}

function toOutcome(error: unknown, isWholeMessageRead: boolean): Outcome {
  const { code, responseCode, command } = error as { code?: unknown; responseCode?: unknown; command?: unknown };
  const because = describe(code, responseCode, command);
  if (responseCode === 552 || responseCode === 523) return { state: 'tooLarge', because };
  if (code === 'EMESSAGE' && command === 'MAIL FROM') return { state: 'tooLarge', because };
  if (typeof responseCode === 'number') {
    const isFinal = responseCode >= 500 && code === 'EENVELOPE';
    return { state: isFinal ? 'refused' : 'failed', because };
  }
  return { state: isWholeMessageRead ? 'unknown' : 'failed', because };
}

/** Codes only: the texts of servers may quote what we sent. */
function describe(code: unknown, responseCode: unknown, command: unknown): string {
  const answer = typeof responseCode === 'number' ? `the SMTP server answered ${responseCode}` : 'no answer';
  const parts = [code, command].filter((part) => typeof part === 'string');
  return parts.length === 0 ? answer : `${answer} (${parts.join(', ')})`;
}

async function toOptions(target: SmtpTarget) {
  const { host, port, security, tls, timeoutMs } = target;
  const auth = await target.auth?.();
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: Math.min(timeoutMs, 20_000),
    greetingTimeout: Math.min(timeoutMs, 20_000),
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    // A pin is checked only where the chain is: a server known by its pin alone needs its certificate as the CA.
    tls: { ...tlsConnectOptions(tls), ...(isPinnedOnly(tls) && { rejectUnauthorized: true }) },
    ...(auth !== undefined && { auth }),
  };
}

function addressOf(text: string): string {
  return /<([^<>]+)>$/.exec(text)?.[1] ?? text;
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
