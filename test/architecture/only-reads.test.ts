import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Last words of TrueNAS methods that change something. */
const changing =
  /^(create|update|delete|do_\w+|set\w*|start|stop|restart|reload|run|promote|rollback|clone|rename|destroy|lock|unlock|import\w*|export|renew|reset|clear|hold|release|abort|replicate|upload|put|write|mount|umount)$/;

/** Every HTTP verb beside GET that is written down anywhere, and what for. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  'src/collect/kubernetes/http-api.ts': ['POST'], // access reviews, which store nothing
  'src/collect/kubernetes/reviews.ts': ['POST'], // the same, for callers of the service
  'src/collect/kubernetes/lease.ts': ['POST', 'PUT'], // our own Lease
  'src/collect/truenas/rest/client.ts': ['POST'], // smb.status, which reads by POST
  'src/vault/client.ts': ['POST'], // logins; a new version, for rotation alone
  'src/rotation/kubernetes-store.ts': ['PATCH'], // the one exception: a rotated key
  'src/deliver/email/oauth2.ts': ['POST'],
  'src/deliver/pushgateway/build.ts': ['PUT'],
  'src/deliver/pushgateway/groups.ts': ['DELETE', 'PUT'],
  'src/deliver/pushgateway/metric.ts': ['POST', 'PUT'],
  'src/deliver/pushgateway/run-group.ts': ['POST'],
  'src/deliver/webhook/send.ts': ['POST'],
  'src/deliver/webhook/slack-file.ts': ['POST'],
  'src/server/app.ts': ['POST'],
  'src/util/http.ts': ['DELETE', 'PATCH', 'POST', 'PUT'], // the type
};

/** Strandline only ever reads; the one exception is the rotation of its own API keys, and it is small and in one place. */
describe('[U] architecture/only-reads', () => {
  const files = globSync('src/**/*.ts', { cwd: root })
    .filter((file) => !file.startsWith('src/simulate/'))
    .toSorted()
    .map((file) => ({ file, code: readFileSync(join(root, file), 'utf8') }));
  const callers = files.filter(({ file }) => /^src\/(collect|run|rotation|vault|server)\//.test(file));
  const inFile = (part: readonly { file: string; code: string }[], pattern: RegExp) =>
    part.flatMap(({ file, code }) => [...code.matchAll(pattern)].map(([, found = '']) => ({ file, found })));

  it('names no method of TrueNAS that changes something, but the two for API keys', () => {
    const methods = inFile(callers, /['"`]([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)['"`]/g);
    const writing = methods.filter(({ found }) => changing.test(found.split('.').at(-1) ?? ''));

    assert.ok(methods.filter(({ found }) => found.endsWith('.query')).length > 20, 'the methods were seen');
    assert.deepEqual(
      writing.map(({ file, found }) => `${file} ${found}`),
      ['src/rotation/nas-keys.ts api_key.create', 'src/rotation/nas-keys.ts api_key.delete'],
    );
  });

  it('sends no request that could change something, but those that are known', () => {
    const seen = new Map<string, Set<string>>();
    for (const { file, found } of inFile(files, /['"`](POST|PUT|PATCH|DELETE)['"`]/g))
      seen.set(file, (seen.get(file) ?? new Set()).add(found));

    assert.deepEqual(
      Object.fromEntries([...seen].map(([file, found]) => [file, [...found].toSorted()])),
      Object.fromEntries(Object.entries(verbs).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    );
  });

  it('only the rotation writes to Vault, and only its command starts it', () => {
    const who = (pattern: RegExp) => files.filter(({ code }) => pattern.test(code)).map(({ file }) => file);

    assert.deepEqual(who(/\bvault\.write\(/), ['src/rotation/vault-store.ts']);
    assert.deepEqual(who(/\brotateKeys\(/), [
      'src/cli/commands/credentials-rotate.ts',
      'src/run/wire-rotation.ts',
      'src/run/wire.ts',
    ]);
    assert.deepEqual(who(/isRepeatable: false/), ['src/run/wire-rotation.ts']);
  });

  it('would notice a method that changes something', () => {
    for (const name of ['create', 'delete', 'set_quota', 'run', 'promote']) assert.match(name, changing);
    for (const name of ['query', 'config', 'sessions', 'my_keys', 'info', 'status'])
      assert.doesNotMatch(name, changing);
  });
});
