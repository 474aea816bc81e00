import assert from 'node:assert/strict';
import { dropSecretArgs, dropSecretOptions, dropSecrets } from '../../../src/collect/kubernetes/secrets.ts';

describe('[U] collect/kubernetes/secrets', () => {
  const secret: readonly string[] = [
    'iscsi.chapSecret',
    'iscsi.chapPeerSecret',
    'encryption.passphrase',
    'encryption.key',
    'nvmeof.dhchapKey',
    'nvmeof.dhchapCtrlKey',
    'password',
    'apiToken',
  ];
  for (const key of secret) {
    it(`drops the value of ${key} and says its name`, () => {
      assert.deepEqual(dropSecrets({ [key]: 'hunter2', pool: 'tank' }), { kept: { pool: 'tank' }, dropped: [key] });
    });
  }

  it('keeps what only names a Secret, and what correlation reads', () => {
    const map = {
      'csi.storage.k8s.io/node-stage-secret-name': 'chap',
      'csi.storage.k8s.io/node-stage-secret-namespace': 'csi',
      share: '/mnt/tank/vols/pvc-1',
      server: '10.9.0.5',
      iqn: 'iqn.2005-10.org.freenas.ctl:csi-pvc-1',
      portal: '10.9.0.5:3260',
      provisioner_driver_instance_id: 'a',
      targetIQN: 'iqn.2005-10.org.freenas.ctl:x',
      datasetPath: 'k8s/a',
    };

    assert.deepEqual(dropSecrets(map), { kept: map, dropped: [] });
  });

  it('drops values that hold a secret under a harmless key', () => {
    const map = { config: 'httpConnection:\n  apiKey: 1-abc\n', url: 'https://root:pw@nas/', cert: '-----BEGIN X' };

    assert.deepEqual(dropSecrets(map), { kept: {}, dropped: ['cert', 'config', 'url'] });
  });

  it('does not call an empty value a secret', () => {
    assert.deepEqual(dropSecrets({ chapSecret: '' }), { kept: {}, dropped: [] });
  });

  it('hides passwords in mount options', () => {
    assert.deepEqual(dropSecretOptions(['vers=3.0', 'username=u,password=hunter2,uid=5']), {
      kept: ['vers=3.0', 'username=u,password=[redacted],uid=5'],
      dropped: ['mountOptions.password'],
    });
  });

  it('hides secrets in arguments of containers', () => {
    const args = ['--csi-name=org.x', '--api-key=1-abc', '--token', 'hunter2', '--timeout=90s', '--secret-name=s'];

    assert.deepEqual(dropSecretArgs(args), [
      '--csi-name=org.x',
      '--api-key=[redacted]',
      '--token',
      '[redacted]',
      '--timeout=90s',
      '--secret-name=s',
    ]);
  });
});
