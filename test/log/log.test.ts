import assert from 'node:assert/strict';
import { Config } from '../../src/config/schema.ts';
import { ConfigError, SourceError } from '../../src/errors.ts';
import { createLogger, type LogOptions } from '../../src/log.ts';
import { Secret } from '../../src/util/secret.ts';

async function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const logger = await createLogger({
    level: 'debug',
    format: 'json',
    fields: { scanId: 'scan-1' },
    write: (line) => lines.push(line),
    ...options,
  });
  return { logger, lines, first: () => JSON.parse(lines[0] ?? '{}') as Record<string, unknown> };
}

describe('[U] log', () => {
  it('writes one JSON line with time, level, message and scan id, also from a child', async () => {
    const { logger, lines, first } = await capture();

    logger.child({ stage: 'collect' }).info({ items: 3 }, 'Section read');

    assert.equal(lines.length, 1);
    const { time, ...rest } = first();
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(rest, { level: 'info', scanId: 'scan-1', stage: 'collect', items: 3, msg: 'Section read' });
  });

  it('leaves out what is below the level', async () => {
    const { logger, lines } = await capture({ level: 'warn' });

    logger.info({}, 'Stage began');
    logger.debug({}, 'Call');
    logger.warn({}, 'Section failed');

    assert.equal(lines.length, 1);
  });

  it('shows a known error without its stack, an unknown one with it, and both causes', async () => {
    const { logger, lines } = await capture();

    logger.error(
      { err: new SourceError('tls', 'nas01 refused', { cause: new Error('pin'), remedy: 'Set the pin.' }) },
      'A',
    );
    logger.error({ err: new TypeError('bug') }, 'B');

    const [known, unknown] = lines.map((line) => (JSON.parse(line) as { err: Record<string, unknown> }).err);
    assert.equal(known?.['stack'], undefined);
    assert.equal(known?.['kind'], 'tls');
    assert.equal(known?.['remedy'], 'Set the pin.');
    assert.equal((known?.['cause'] as { message?: string } | undefined)?.message, 'pin');
    assert.match(String(unknown?.['stack']), /TypeError: bug\n/);
  });

  it('never shows a secret of the config: in fields, nested errors, headers, messages, at debug', async () => {
    const canaries = [
      'canary-api-key-7f',
      'canary pass/word+"ü',
      'canary-smtp',
      'canary-vault',
      'canary-from-file',
    ] as const;
    const config = Config.parse({
      nas: [
        { name: 'a', url: 'https://a', apiKey: canaries[0] },
        { name: 'b', url: 'https://b', username: 'u', password: canaries[1] },
      ],
      email: { host: 'mx', username: 'u', password: canaries[2], from: 'a@b', recipients: [{ to: 'c@d' }] },
      vault: { url: 'https://vault', auth: { method: 'token', token: canaries[3] } },
    });
    const fromFile = new Secret(canaries[4]);
    const library = Object.assign(new Error(`GET https://a?key=${canaries[0]} failed`), {
      config: { headers: { Authorization: `Bearer ${canaries[0]}` }, auth: { apiKey: canaries[0] } },
      response: { body: canaries[1] },
    });
    const nested = new AggregateError(
      [new ConfigError(`bad ${canaries[1]}`, { cause: library, remedy: `Not ${canaries[2]}.` })],
      canaries[3],
      { cause: { deep: { deeper: { password: canaries[4], url: encodeURIComponent(canaries[1]) } } } },
    );

    for (const format of ['json', 'pretty'] as const) {
      const { logger, lines } = await capture({ format });
      logger.debug({ config, fromFile, token: 'unknown-canary' }, 'Config in force');
      logger.error({ err: nested, error: library, list: [library, { fromFile }] }, `Failed with ${canaries[2]}`);
      logger.child({ key: canaries[4] }).warn({ basic: Buffer.from(canaries[1]).toString('base64') }, 'Login refused');

      const text = lines.join('');
      assert.equal(lines.length, 3);
      assert.match(text, /Config in force/);
      for (const canary of [...canaries, 'unknown-canary']) {
        const forms = [
          canary,
          encodeURIComponent(canary),
          Buffer.from(canary).toString('base64'),
          JSON.stringify(canary).slice(1, -1),
        ];
        for (const form of forms) assert.ok(!text.includes(form), `${form} in ${format}: ${text}`);
      }
    }
  });

  it('shows escape sequences as text in pretty lines', async () => {
    const { logger, lines } = await capture({ format: 'pretty' });

    logger.warn({ name: '\u001b[2Jgone', comment: '\\\u001b]0;title\u0007', c1: '\u009b31m' }, 'Odd \u001b[31mname');

    const text = lines.join('');
    assert.match(text, /Odd .*\[31mname/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('survives circular fields', async () => {
    const { logger, lines } = await capture();
    const circular: Record<string, unknown> = { name: 'loop' };
    circular['self'] = circular;

    logger.info({ circular }, 'Loop');

    assert.match(lines[0] ?? '', /"Loop"/);
  });
});
