import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { readSecretFile } from '../../src/config/secret-file.ts';
import { SourceError } from '../../src/errors.ts';
import { createVaultStore } from '../../src/rotation/vault-store.ts';
import { connectVault, openVault } from '../../src/run/wire-vault.ts';
import { Secret } from '../../src/util/secret.ts';
import { followTrail } from '../../src/util/trail.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import type { Cluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';
import { startVault, type TestVault } from './support/vault.ts';

const leaseSeconds = 6;

/** Who may log in is decided by the TokenReview of a real API server. */
describe('[E] Vault with Kubernetes authentication', function vaultSuite() {
  this.timeout(180_000);
  const folder = useTemporaryFolder();
  const namespace = uniqueNamespace('vault');
  let cluster: Cluster;
  let vault: TestVault;
  let calls: string[] = [];
  let stopTrail: () => void;
  let end: (() => Promise<void>) | undefined;

  const account = (name: string) => cluster.kc(['-n', namespace, 'create', 'serviceaccount', name]);
  const tokenOf = async (name: string) => (await cluster.kc(['-n', namespace, 'create', 'token', name])).trim();
  const key = async () => (await readSecretFile('vault:strandline/nas01#apiKey', 'nas[0].apiKeyFile')).reveal();
  const refusal = () =>
    key().then(
      () => assert.fail('a secret was read'),
      (error: unknown) => {
        assert.ok(error instanceof SourceError, String(error));
        return error;
      },
    );
  const count = (what: string) => calls.filter((call) => call.endsWith(what)).length;

  before(async () => {
    cluster = await sharedControlPlane();
    await cluster.kc(['create', 'namespace', namespace]);
    for (const name of ['strandline', 'other', 'reviewer']) await account(name);
    await cluster.kc([
      ...['create', 'clusterrolebinding', namespace, '--clusterrole=system:auth-delegator'],
      `--serviceaccount=${namespace}:reviewer`,
    ]);
    vault = await startVault(folder.file('vault'));
    const { server, ca } = await apiServer();
    const role = { account: 'strandline', namespace, leaseSeconds, path: 'strandline/nas01' };
    await vault.trust({ server, ca, reviewer: await tokenOf('reviewer'), ...role });
  });

  after(async () => {
    await vault?.stop();
    await cluster?.kc(['delete', 'clusterrolebinding', namespace, '--ignore-not-found']);
    await cluster?.kc(['delete', 'namespace', namespace, '--wait=false']);
  });

  beforeEach(async () => {
    await vault.put('strandline/nas01', { apiKey: '17-inVault', other: 'stays' });
    calls = [];
    stopTrail = followTrail((event) => {
      if (event.kind === 'call' && event.system === 'vault') calls.push(event.method);
    });
    await use(await tokenOf('strandline'));
  });
  afterEach(async () => {
    await end?.();
    end = undefined;
    stopTrail();
  });

  async function apiServer() {
    const view = JSON.parse(await cluster.kc(['config', 'view', '--raw', '--flatten', '--minify', '-o', 'json']));
    const { server, 'certificate-authority-data': data } = view.clusters[0].cluster;
    return { server: String(server), ca: Buffer.from(String(data), 'base64').toString() };
  }

  function config(auth: object = { method: 'kubernetes', role: 'strandline', jwtFile: 'jwt' }) {
    writeFileSync(
      folder.file('strandline.yaml'),
      stringify({
        nas: [{ name: 'nas01', url: 'https://nas', apiKeyFile: 'vault:strandline/nas01#apiKey' }],
        vault: { url: vault.url, tls: { caFile: vault.caFile }, auth },
      }),
    );
    return loadConfig({ file: folder.file('strandline.yaml'), env: {} }).config;
  }

  async function use(jwt: string) {
    await end?.();
    writeFileSync(folder.file('jwt'), jwt);
    end = await openVault(config(), () => new Date());
  }

  it('lets the account of the pod in, and reads the secret', async function readsIt() {
    const read = await until('the binding of the reviewer', () => key().catch(() => undefined));
    assert.equal(read, '17-inVault');
    process.stdout.write(`      Vault: ${vault.description}\n`);
  });

  it('refuses another account, a token that nobody signed, and one whose account is gone', async () => {
    await use(await tokenOf('other'));
    assert.match((await refusal()).kind, /^unauthenticated$/);

    const [head = '', claims = '', signature = ''] = (await tokenOf('strandline')).split('.');
    await use(`${head}.${claims}.${[...signature].toReversed().join('')}`);
    const forged = await refusal();
    assert.match(forged.kind, /^unauthenticated$/);
    assert.ok(!`${forged.stack}`.includes(signature));

    await account('gone');
    const token = await tokenOf('gone');
    await cluster.kc(['-n', namespace, 'delete', 'serviceaccount', 'gone']);
    await use(token);
    assert.match((await refusal()).kind, /^unauthenticated$/);
  });

  it('renews its lease in time: one login outlives it', async () => {
    await key();
    for (let round = 0; round < 3; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, leaseSeconds * 600));
      assert.equal(await key(), '17-inVault');
    }
    assert.equal(count('auth/kubernetes/login'), 1);
    assert.ok(count('auth/token/renew-self') >= 2, calls.join('\n'));
  });

  it('logs in again, once, when its token was revoked', async () => {
    await key();
    await vault.revokeAll();
    assert.equal(await key(), '17-inVault');
    assert.equal(count('auth/kubernetes/login'), 2);
  });

  it('writes a rotated key over the version that it read, and over no other', async () => {
    const { client, at, close } = await connectVault(config(), () => new Date());
    try {
      const store = createVaultStore(client, at, 'strandline/nas01', 'apiKey');
      const { version } = await store.read();
      assert.equal(await store.write(new Secret('18-rotated'), version), 'written');
      assert.equal(await store.write(new Secret('19-tooLate'), version), 'conflict');
      assert.equal((await store.read()).key.reveal(), '18-rotated');
      assert.equal((await client.readAll('strandline/nas01')).fields['other'], 'stays');
      await assert.rejects(
        createVaultStore(client, at, 'strandline/nas02', 'apiKey').read(),
        /forbidden|denied|no such/,
      );
    } finally {
      await close();
    }
  });

  it('lets an AppRole in, and nobody with another secret id', async () => {
    const { roleId, secretId } = await vault.appRole();
    writeFileSync(folder.file('role'), roleId);
    writeFileSync(folder.file('secret'), secretId);
    const auth = { method: 'approle', roleIdFile: 'role', secretIdFile: 'secret' };
    await end?.();
    end = await openVault(config(auth), () => new Date());
    assert.equal(await key(), '17-inVault');

    await end();
    writeFileSync(folder.file('secret'), 'somebody-elses');
    end = await openVault(config(auth), () => new Date());
    assert.equal((await refusal()).kind, 'unauthenticated');
  });

  it('says that it is sealed', async () => {
    await key();
    await vault.seal();
    try {
      assert.equal((await refusal()).kind, 'unreachable');
    } finally {
      await vault.unseal();
    }
    assert.equal(await key(), '17-inVault');
  });
});
