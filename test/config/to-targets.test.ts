import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Config } from '../../src/config/schema.ts';
import { toClusterTargets, toNasTargets } from '../../src/config/to-targets.ts';
import { ConfigError } from '../../src/errors.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] config/to-targets', () => {
  const folder = useTemporaryFolder();

  it('reads the secret file each time it is asked, so that a rotated key is seen', async () => {
    const file = folder.file('key');
    writeFileSync(file, '1-old\n');
    const [nas] = toNasTargets(
      Config.parse({ nas: [{ name: 'nas01', url: 'https://nas01/', username: 'scan', apiKeyFile: file }] }),
    );
    assert.ok(nas?.auth.kind === 'apiKey');

    const before = await nas.auth.apiKey();
    writeFileSync(file, '2-new');
    const afterwards = await nas.auth.apiKey();

    assert.equal(before.reveal(), '1-old');
    assert.equal(afterwards.reveal(), '2-new');
    assert.equal(nas.url, 'https://nas01');
    assert.equal(nas.auth.username, 'scan');
    assert.equal(nas.callTimeoutMs, 60_000);
  });

  it('names file and key when the secret is gone or empty', async () => {
    const target = (file: string) => {
      const config = Config.parse({ nas: [{ name: 'a', url: 'https://a', username: 'u', passwordFile: file }] });
      const auth = toNasTargets(config)[0]?.auth;
      return auth?.kind === 'password' ? auth.password() : assert.fail();
    };
    writeFileSync(folder.file('empty'), '\n');

    await assert.rejects(
      target(folder.file('gone')),
      (error) => error instanceof ConfigError && /gone.*nas\[0\]\.passwordFile.*ENOENT/.test(error.message),
    );
    await assert.rejects(target(folder.file('empty')), /empty: the file of nas\[0\]\.passwordFile is empty/);
  });

  it('refuses a CA file that holds no certificate', () => {
    writeFileSync(folder.file('ca.pem'), 'no certificate');
    const config = Config.parse({
      nas: [{ name: 'a', url: 'https://a', apiKey: 'abcd', tls: { caFile: folder.file('ca.pem') } }],
    });

    assert.throws(() => toNasTargets(config), /ca\.pem: the file of nas\[0\]\.tls\.caFile holds no PEM certificate/);
  });

  it('makes cluster targets of all three kinds', () => {
    const config = Config.parse({
      clusters: [
        { name: 'a', inCluster: true },
        { name: 'b', kubeconfig: '/k', context: 'c' },
        { name: 'c', namespaces: ['shop'] },
      ],
      limits: { pageSize: 100, concurrency: 2 },
    });

    const targets = toClusterTargets(config);

    assert.deepEqual(
      targets.map((target) => target.source),
      [{ kind: 'inCluster' }, { kind: 'kubeconfig', file: '/k', context: 'c' }, { kind: 'kubeconfig' }],
    );
    assert.deepEqual(targets[2]?.namespaces, ['shop']);
    assert.equal(targets[0]?.pageSize, 100);
    assert.equal(targets[0]?.callsAtOnce, 2);
  });
});
