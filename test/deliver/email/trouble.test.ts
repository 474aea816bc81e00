import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Config } from '../../../src/config/schema.ts';
import { deliverAll } from '../../../src/deliver/deliver-all.ts';
import { openOutbox } from '../../../src/deliver/outbox/outbox.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { testCertificate } from '../../support/loopback.ts';
import { makeRichResult } from '../../support/make-result.ts';
import { openMemoryObjects } from '../../support/memory-objects.ts';
import { listenSmtp, type SmtpBench } from '../../support/smtp.ts';

interface Trouble {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** A mail that cannot go out tonight, for a reason that passes. */
const troubles: readonly {
  readonly what: string;
  readonly start: () => Promise<Trouble>;
  readonly email?: object;
  readonly says: RegExp;
}[] = [
  {
    what: 'a server that is down',
    start: startNothing,
    says: /failed: no answer \(ECONNREFUSED|failed: no answer \(ESOCKET/,
  },
  {
    what: 'a server that is shutting down',
    start: () => startRaw(greet('421 not now')),
    says: /failed: the SMTP server answered 421/,
  },
  {
    what: 'a server that never greets',
    start: () => startRaw(() => {}),
    email: { timeout: '400ms' },
    says: /failed: no answer/,
  },
  {
    what: 'greylisting of the recipient',
    start: () =>
      startSmtp({
        onRcptTo: (_address, _session, callback) => callback(Object.assign(new Error('later'), { responseCode: 450 })),
      }),
    says: /failed: the SMTP server answered 450/,
  },
  {
    what: 'greylisting of the message',
    start: () => startSmtp({ refuse: () => 451 }),
    says: /failed: the SMTP server answered 451/,
  },
  {
    what: 'a full mailbox store',
    start: () => startSmtp({ refuse: () => 452 }),
    says: /failed: the SMTP server answered 452/,
  },
  {
    what: 'a certificate that nobody vouches for',
    start: async () => startSmtp({ secure: true, ...(await testCertificate()) }),
    email: { security: 'tls' },
    says: /failed: no answer/,
  },
  { what: 'a server without STARTTLS', start: () => startSmtp({}), email: { security: 'starttls' }, says: /failed: / },
  {
    what: 'a server that stops reading in the middle',
    start: () => startRaw(readHalf),
    email: { timeout: '900ms' },
    says: /failed: no answer/,
  },
];

describe('[U] deliver/email: trouble on the way', () => {
  const result = makeRichResult();
  const files = { pdf: Buffer.alloc(4_000_000, 65) };
  let healthy: SmtpBench;

  beforeEach(async () => {
    healthy = await listenSmtp({ disabledCommands: ['STARTTLS'] });
  });
  afterEach(() => healthy.close());

  function configOf(port: number, email: object = {}): Config {
    const section = { host: '127.0.0.1', port, security: 'none', from: 's@example.org', timeout: '20s' };
    return Config.parse({ email: { ...section, recipients: [{ to: 'ops@example.org' }], ...email } });
  }

  for (const { what, start, email, says } of troubles) {
    it(`${what}: the run says so, and the next one sends the mail, once`, async () => {
      const trouble = await start();
      const deps = {
        logger: silentLogger,
        now: () => new Date('2026-11-23T05:01:00.000Z'),
        signal: new AbortController().signal,
        outbox: openOutbox(openMemoryObjects()),
        exitCode: 0,
        files,
      };

      const problems = await deliverAll(configOf(trouble.port, email), result, deps);
      await trouble.close();
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.message ?? '', says);
      assert.equal(problems[0]?.kind, 'delivery');

      const later = configOf(healthy.port, { timeout: '10s' });
      assert.deepEqual(await deliverAll(later, result, deps), []);
      assert.deepEqual(await deliverAll(later, result, deps), []);
      assert.equal(healthy.mails.length, 1);
    });
  }

  it('a slow server gets its time, and the mail once', async () => {
    const slow = await listenSmtp({
      disabledCommands: ['STARTTLS'],
      onMailFrom: (_address, _session, callback) => void setTimeout(callback, 400),
      onRcptTo: (_address, _session, callback) => void setTimeout(callback, 400),
    });

    const problems = await deliverAll(configOf(slow.port, { timeout: '20s' }), result, {
      logger: silentLogger,
      now: () => new Date('2026-11-23T05:01:00.000Z'),
      signal: new AbortController().signal,
      outbox: openOutbox(openMemoryObjects()),
      exitCode: 0,
    });
    await slow.close();

    assert.deepEqual(problems, []);
    assert.equal(slow.mails.length, 1);
  });
});

async function startNothing(): Promise<Trouble> {
  const { port, close } = await startRaw(() => {});
  await close();
  return { port, close: async () => {} };
}

async function startSmtp(options: Parameters<typeof listenSmtp>[0]): Promise<Trouble> {
  return listenSmtp({ disabledCommands: ['STARTTLS'], ...options });
}

async function startRaw(talk: (socket: Socket) => void): Promise<Trouble> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

function greet(line: string): (socket: Socket) => void {
  return (socket) => void socket.end(`${line}\r\n`);
}

/** Takes every command, and of the message only its beginning. */
function readHalf(socket: Socket): void {
  socket.write('220 here\r\n');
  socket.on('data', (chunk: Buffer) => {
    const [command = ''] = chunk.toString('latin1').split('\r\n');
    if (!/^(EHLO|MAIL|RCPT|DATA)/.test(command)) {
      socket.pause();
      return;
    }
    socket.write(command.startsWith('DATA') ? '354 go on\r\n' : '250 fine\r\n');
  });
}
