import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface SmtpBench {
  readonly port: number;
  /** Whole messages that were accepted, with their recipients. */
  readonly mails: { readonly to: readonly string[]; readonly raw: Buffer }[];
  close(): Promise<void>;
}

/** A real SMTP server on a free port of `host`, or of 127.0.0.1. `refuse` answers a whole message with a code. */
export async function listenSmtp(
  options: SMTPServerOptions & {
    readonly host?: string;
    readonly refuse?: (mailNumber: number) => number | 'silent' | undefined;
  },
): Promise<SmtpBench> {
  const mails: SmtpBench['mails'] = [];
  let seen = 0;
  const server = new SMTPServer({
    authOptional: true,
    ...options,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        seen += 1;
        const answer = options.refuse?.(seen);
        if (answer === 'silent') return;
        if (answer !== undefined) {
          callback(Object.assign(new Error('not now'), { responseCode: answer }));
          return;
        }
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks) });
        callback();
      });
    },
  });
  // An aborted message would otherwise end the test process.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, options.host ?? '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
