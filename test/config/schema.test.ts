import assert from 'node:assert/strict';
import { z } from 'zod';
import { Config } from '../../src/config/schema.ts';

type Json = { properties?: Record<string, Json>; items?: Json; description?: string };

describe('[U] config/schema', () => {
  it('is complete without any input: every section has defaults', () => {
    const config = Config.parse({});

    assert.equal(config.checks.minAge, '24h');
    assert.equal(config.history.retentionDays, 400);
    assert.equal(config.report.timeZone, 'UTC');
    assert.equal(config.email, undefined);
  });

  it('describes every field', () => {
    const silent: string[] = [];
    let seen = 0;
    walk(z.toJSONSchema(Config, { io: 'input' }) as Json, '', (path, field) => {
      seen += 1;
      if ((field.description ?? '').length < 5) silent.push(path);
    });

    assert.deepEqual(silent, []);
    assert.ok(seen > 150, `only ${seen} fields seen`);
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ['an unknown key', { chekcs: {} }],
    ['an unknown key deep down', { checks: { mass: { shar: 0.1 } } }],
    ['a bare number as duration', { checks: { minAge: 24 } }],
    ['a malformed duration', { checks: { minAge: '24 hours' } }],
    ['an unknown time zone', { report: { timeZone: 'Europe/Atlantis' } }],
    ['a malformed URL', { nas: [{ name: 'nas01', url: 'nas01.example.org' }] }],
    ['a URL with a password in it', { nas: [{ name: 'nas01', url: 'https://root:secret@nas01' }] }],
    ['an unknown check id', { checks: { disabled: ['volume-gone'] } }],
    ['an ignore rule without reason', { ignore: [{ check: 'volume-retained' }] }],
    ['a date that does not exist', { ignore: [{ reason: 'test', until: '2027-02-30' }] }],
    ['an acknowledgement without end', { acknowledge: [{ guard: 'no-volumes', scope: 'cluster/a', reason: 'new' }] }],
    [
      'a mail address that could carry a header',
      { email: { host: 'mx', from: 'a@b\r\nBcc: x@y', recipients: [{ to: 'a@b' }] } },
    ],
  ];
  for (const [what, input] of refused) {
    it(`refuses ${what}`, () => assert.equal(Config.safeParse(input).success, false));
  }
});

function walk(node: Json, path: string, visit: (path: string, field: Json) => void): void {
  for (const [key, field] of Object.entries(node.properties ?? {})) {
    visit(`${path}${key}`, field);
    walk(field, `${path}${key}.`, visit);
    if (field.items !== undefined) walk(field.items, `${path}${key}[].`, visit);
  }
}
