import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { certificateExpiry, kubeconfigExpiry, tokenExpiry } from '../../src/config/credential-expiry.ts';
import { testCertificate } from '../support/loopback.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] config/credential-expiry', () => {
  const folder = useTemporaryFolder();
  const token = `e30.${Buffer.from(JSON.stringify({ exp: 1_800_000_000 })).toString('base64url')}.x`;
  const ends = '2027-01-15T08:00:00.000Z';

  function kubeconfig(user: object): string {
    const file = folder.file('kubeconfig');
    const contexts = [
      { name: 'one', context: { cluster: 'c', user: 'other' } },
      { name: 'two', context: { cluster: 'c', user: 'us' } },
    ];
    const users = [
      { name: 'other', user: {} },
      { name: 'us', user },
    ];
    writeFileSync(file, stringify({ 'current-context': 'two', contexts, users }));
    return file;
  }

  it('reads the end of a certificate, and of the token of a service account', async () => {
    const { cert } = await testCertificate();
    writeFileSync(folder.file('cert.pem'), cert);
    writeFileSync(folder.file('token'), `${token}\n`);
    assert.equal(certificateExpiry(folder.file('cert.pem')), new X509Certificate(cert).validToDate.toISOString());
    assert.equal(tokenExpiry(folder.file('token')), ends);
  });

  it('reads what the context of a kubeconfig logs in with', async () => {
    const { cert } = await testCertificate();
    const data = Buffer.from(cert).toString('base64');
    assert.equal(kubeconfigExpiry(kubeconfig({ token })), ends);
    assert.equal(kubeconfigExpiry(kubeconfig({ token }), 'one'), undefined);
    const validTo = new X509Certificate(cert).validToDate.toISOString();
    assert.equal(kubeconfigExpiry(kubeconfig({ 'client-certificate-data': data })), validTo);
  });

  it('knows nothing of what is missing or is something else', () => {
    writeFileSync(folder.file('odd'), '17-anApiKey');
    for (const read of [certificateExpiry, tokenExpiry, kubeconfigExpiry]) {
      assert.equal(read(folder.file('odd')), undefined);
      assert.equal(read(folder.file('missing')), undefined);
    }
  });
});
