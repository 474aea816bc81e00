import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { simpleParser } from 'mailparser';
import { openHistory } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { ScanResult } from '../../src/model/scan-result.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { runCommand } from '../support/run-command.ts';
import { listenSmtp, type SmtpBench } from '../support/smtp.ts';
import { makeCheck, makeFinding, makeResult } from '../support/stored-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

/** Monday 26 October 2026, 07:00 in Berlin: the clocks went back the night before. */
const monday = '2026-10-26T06:00:00.000Z';

describe('[U] run/report-period: report --period 7d --deliver email', () => {
  const folder = useTemporaryFolder();
  let smtp: SmtpBench;
  let estates = 0;

  beforeEach(async () => {
    smtp = await listenSmtp({ disabledCommands: ['STARTTLS'] });
  });
  afterEach(() => smtp.close());

  /** One scan at 03:00 of Berlin on each of these days of October, with the findings that it saw. */
  async function remember(nights: Readonly<Record<number, readonly string[]>>): Promise<string> {
    estates += 1;
    const directory = folder.file(`history-${estates}`);
    const store = await openHistory({
      location: { kind: 'directory', directory },
      deployment: 'main',
      logger: silentLogger,
    });
    for (const [day, ids] of Object.entries(nights)) {
      const startedAt = `2026-10-${day.padStart(2, '0')}T0${Number(day) < 25 ? 1 : 2}:00:00.000Z`;
      const findings = ids.map((id) => makeFinding(id, { age: { firstSeenAt: firstSeen(nights, id), scansSeen: 1 } }));
      const result = makeResult(`s${day}`, 0, {
        findings,
        checks: [makeCheck({ status: findings.length > 0 ? 'found' : 'passed', count: findings.length })],
      });
      await store.append({
        ...result,
        scan: { ...result.scan, startedAt, finishedAt: startedAt, timeZone: 'Europe/Berlin' },
        history: { state: 'ready', scans: 3, damagedParts: [] },
      });
    }
    await store.close();
    const config = folder.file(`config-${estates}.yaml`);
    writeFileSync(
      config,
      [
        'deployment: main',
        'report: {timeZone: Europe/Berlin}',
        `history: {dir: ${directory}}`,
        `email: {host: 127.0.0.1, port: ${smtp.port}, security: none, from: s@example.org, recipients: [{to: ops@example.org}]}`,
      ].join('\n'),
    );
    return config;
  }

  function firstSeen(nights: Readonly<Record<number, readonly string[]>>, id: string): string {
    const [day = '1'] = Object.entries(nights).find(([, ids]) => ids.includes(id)) ?? [];
    return `2026-10-${day.padStart(2, '0')}T01:00:00.000Z`;
  }

  async function report(config: string, now = monday) {
    const out = folder.file(`out-${estates}`);
    const argv = ['report', '--period', '7d', '--deliver', 'email', '--no-pdf', '--config', config, '--out', out];
    const ran = await runCommand({ argv: [...argv, '--log-level', 'error'], ports: wirePorts(), now });
    return { ...ran, result: ScanResult.parse(JSON.parse(readFileSync(`${out}/result.json`, 'utf8'))) };
  }

  it('has the right dates over the change of the clocks, and says which night is missing', async () => {
    const config = await remember({
      18: ['old', 'healed'],
      19: ['old', 'healed'],
      20: ['old', 'healed', 'fresh'],
      21: ['old', 'healed', 'fresh'],
      23: ['old', 'fresh'],
      24: ['old', 'fresh'],
      25: ['old', 'fresh'],
      26: ['old', 'fresh', 'of today'],
    });

    const { code, stderr, result } = await report(config);

    assert.equal(code, 0, stderr);
    const mail = await simpleParser(smtp.mails[0]?.raw ?? '');
    assert.match(mail.subject ?? '', /: 1 new finding, 2 open.*— 2026-10-19 to 2026-10-25$/);
    const said = '2026-10-19 to 2026-10-25 (week 43, Europe/Berlin): 6 of 7 scans; none on 2026-10-22';
    for (const body of [mail.text, String(mail.html)]) assert.ok(body?.includes(said), body);
    assert.equal(result.scan.id, 's25');
    assert.deepEqual(result.findings.map(({ id, change }) => `${id} ${change}`).toSorted(), [
      'fresh new',
      'healed resolved',
      'old open',
    ]);
    assert.match(result.summary.sentence, /In this period 1 new, 1 resolved/);
  });

  it('is mailed once, however often its Job runs that day', async () => {
    const config = await remember({ 24: [], 25: [] });

    const codes = [
      (await report(config)).code,
      (await report(config)).code,
      (await report(config, '2026-10-26T21:00:00.000Z')).code,
    ];

    assert.deepEqual(codes, [0, 0, 0]);
    assert.equal(smtp.mails.length, 1);
  });

  it('expects no scan of days before the first one', async () => {
    const { result } = await report(await remember({ 24: [], 25: [] }));

    assert.deepEqual([result.period?.scannedDays, result.period?.days], [2, 2]);
  });

  it('never says OK when no scan was made in the period', async () => {
    const { result } = await report(await remember({ 10: [] }));

    assert.equal(result.summary.status, 'ATTENTION');
    const mail = await simpleParser(smtp.mails[0]?.raw ?? '');
    assert.match(mail.text ?? '', /0 of 7 scans/);
    assert.match(mail.text ?? '', /no scan was made in it; what is shown is from 2026-10-10 01:00 UTC/);
  });

  it('has nothing to report without any scan, and says so', async () => {
    const { code, stderr } = await runCommand({
      argv: ['report', '--period', '7d', '--config', await remember({}), '--out', folder.file('none')],
      ports: wirePorts(),
      now: monday,
    });

    assert.equal(code, 4);
    assert.match(stderr, /no result is stored/);
  });
});
