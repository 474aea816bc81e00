import assert from 'node:assert/strict';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Certificate, makeCertificate } from '../../src/simulate/certificate.ts';

describe('[I] simulate/certificate', () => {
  it('is trusted by a client that is given its own text as CA', async () => {
    const certificate = await makeCertificate({ names: ['localhost'], ips: ['127.0.0.1'] });

    assert.equal(await statusWith(certificate, certificate.caPem), 200);
  });

  it('is refused by a client that trusts another certificate', async () => {
    const [mine, other] = await Promise.all([makeCertificate(), makeCertificate()]);

    await assert.rejects(statusWith(mine, other.caPem), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('is trusted through the authority that signed it', async () => {
    const ca = await makeCertificate({ names: ['authority'], ips: [] });

    const leaf = await makeCertificate({ ca });

    assert.equal(leaf.caPem, ca.cert);
    assert.equal(await statusWith(leaf, ca.cert), 200);
  });

  it('is refused when its days are over', async () => {
    const old = await makeCertificate({ notBefore: new Date('2020-01-01T00:00:00Z'), days: 1 });

    await assert.rejects(statusWith(old, old.caPem), { code: 'CERT_HAS_EXPIRED' });
  });

  it('gives a pin of the form sha256/<base64> that differs from key to key', async () => {
    const [one, two] = await Promise.all([makeCertificate(), makeCertificate()]);

    assert.match(one.spkiPin, /^sha256\/[A-Za-z0-9+/]{43}=$/);
    assert.notEqual(one.spkiPin, two.spkiPin);
  });
});

async function statusWith(certificate: Certificate, ca: string): Promise<number | undefined> {
  const server = createServer({ cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.3' }, (_, response) =>
    response.end(),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port, ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
  } finally {
    server.close();
  }
}
