import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { readSecretFile } from '../../src/config/secret-file.ts';
import { ConfigError, SourceError } from '../../src/errors.ts';
import { openVault } from '../../src/run/wire-vault.ts';
import { type FakeVault, startFakeVault } from '../support/fake-vault.ts';
import { testCertificate } from '../support/loopback.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

/** Against a fake on the wire that was written from the documented HTTP API. */
describe('[U] vault', () => {
  const folder = useTemporaryFolder();
  let vault: FakeVault;
  let now = new Date('2026-11-24T00:00:00Z');
  let end: (() => Promise<void>) | undefined;
  const key = () =>
    readSecretFile('vault:strandline/nas01#apiKey', 'nas[0].apiKeyFile').then((secret) => secret.reveal());
  const kindOf = async () =>
    key().then(
      (text) => assert.fail(text),
      (error: unknown) => (error as SourceError).kind,
    );

  beforeEach(async () => {
    now = new Date('2026-11-24T00:00:00Z');
    vault = await startFakeVault();
    vault.secrets.set('strandline/nas01', { apiKey: '17-fromVault' });
    vault.logins.set('kubernetes', { role: 'strandline', jwt: 'ey.pod.token' });
    vault.logins.set('own-approle', { role_id: 'r-1', secret_id: 's-1' });
    writeFileSync(folder.file('ca.pem'), (await testCertificate()).caPem);
    for (const [name, text] of [
      ['jwt', 'ey.pod.token'],
      ['role', 'r-1'],
      ['secret', 's-1'],
      ['token', 'hvs.given'],
    ] as const)
      writeFileSync(folder.file(name), `${text}\n`);
  });
  afterEach(async () => {
    await end?.();
    end = undefined;
    await vault.close();
  });

  async function open(auth: object): Promise<void> {
    const file = folder.file('strandline.yaml');
    const nas = [{ name: 'nas01', url: 'https://nas', apiKeyFile: 'vault:strandline/nas01#apiKey' }];
    writeFileSync(file, stringify({ nas, vault: { url: vault.url, auth, tls: { caFile: 'ca.pem' } } }));
    end = await openVault(loadConfig({ file, env: {} }).config, () => now);
  }

  const byPod = { method: 'kubernetes', role: 'strandline', jwtFile: 'jwt' };

  for (const [name, auth] of [
    ['the token of the pod', byPod],
    [
      'an AppRole on a mount of its own',
      { method: 'approle', mount: 'own-approle', roleIdFile: 'role', secretIdFile: 'secret' },
    ],
  ] as const) {
    it(`logs in by ${name}, reads the field, and gives its token back`, async () => {
      await open(auth);
      assert.equal(await key(), '17-fromVault');
      assert.equal(await key(), '17-fromVault');
      assert.equal(vault.calls.filter((call) => call.includes('login')).length, 1, 'one login for both');
      await end?.();
      assert.equal(vault.tokens.size, 0);
    });
  }

  it('uses a token that it was given, and does not revoke it', async () => {
    vault.tokens.add('hvs.given');
    await open({ method: 'token', tokenFile: 'token' });
    assert.equal(await key(), '17-fromVault');
    await end?.();
    assert.deepEqual([...vault.tokens], ['hvs.given']);
  });

  it('reads a rotated secret anew', async () => {
    await open(byPod);
    await key();
    vault.secrets.set('strandline/nas01', { apiKey: '18-rotated' });
    assert.equal(await key(), '18-rotated');
  });

  it('renews its lease when half of it is over', async () => {
    await open(byPod);
    await key();
    now = new Date(now.getTime() + 1_000_000);
    await key();
    assert.ok(!vault.calls.includes('POST /v1/auth/token/renew-self'));
    now = new Date(now.getTime() + 1_000_000);
    await key();
    assert.ok(vault.calls.includes('POST /v1/auth/token/renew-self'));
  });

  it('logs in once more when its token was revoked, and once only', async () => {
    await open(byPod);
    await key();
    vault.tokens.clear();
    assert.equal(await key(), '17-fromVault');
    assert.equal(vault.calls.filter((call) => call.includes('login')).length, 2);
  });

  it('takes a new token from the file when the given one was revoked', async () => {
    vault.tokens.add('hvs.next');
    await open({ method: 'token', tokenFile: 'token' });
    assert.equal(await kindOf(), 'forbidden');
    writeFileSync(folder.file('token'), 'hvs.next');
    assert.equal(await key(), '17-fromVault');
  });

  it('says what is wrong, without quoting what it sent: sealed, no such secret, no such field, login refused', async () => {
    await open(byPod);
    vault.isSealed = true;
    assert.equal(await kindOf(), 'unreachable');
    vault.isSealed = false;
    vault.secrets.clear();
    assert.equal(await kindOf(), 'notFound');
    vault.secrets.set('strandline/nas01', { other: 'x' });
    assert.equal(await kindOf(), 'notFound');
    await end?.();

    vault.logins.clear();
    await open(byPod);
    await assert.rejects(key(), (error: unknown) => {
      assert.ok(error instanceof SourceError);
      assert.equal(error.kind, 'unauthenticated');
      assert.doesNotMatch(`${error.message} ${error.stack}`, /ey\.pod\.token/);
      return true;
    });
  });

  it('refuses a reference where a file is needed, and one without a vault', async () => {
    const file = folder.file('wrong.yaml');
    const nas = [{ name: 'nas01', url: 'https://nas', apiKeyFile: 'vault:a/b#c', tls: { caFile: 'vault:a/b#ca' } }];
    writeFileSync(file, stringify({ nas }));
    assert.throws(() => loadConfig({ file, env: {} }), /caFile.*does not exist/s);
    await assert.rejects(key(), ConfigError);
  });
});
