import assert from 'node:assert/strict';
import { Config } from '../../src/config/schema.ts';
import { listTlsNotes } from '../../src/config/tls-notes.ts';

describe('[U] config/tls-notes', () => {
  it('says nothing of the defaults', () => {
    const config = Config.parse({
      nas: [{ name: 'nas01', url: 'https://nas', apiKey: '1-x' }],
      clusters: [{ name: 'prod' }],
    });
    assert.deepEqual(listTlsNotes(config), []);
  });

  it('names every connection that config has weakened, whichever section it stands in', () => {
    const config = Config.parse({
      clusters: [{ name: 'prod', tls: { minVersion: 'TLSv1.2' } }],
      nas: [
        { name: 'nas01', url: 'https://nas', apiKey: '1-x', tls: { insecureSkipVerify: true, minVersion: 'TLSv1.2' } },
        { name: 'core', url: 'http://core', username: 'u', password: 'p', allowPlaintext: true },
      ],
      pushgateway: { url: 'https://push', tls: { minVersion: 'TLSv1.2' } },
      history: { s3: { bucket: 'bucket', minVersion: 'TLSv1.2' } },
    });
    assert.deepEqual(listTlsNotes(config), [
      'clusters prod: TLS 1.2 is accepted (minVersion)',
      'nas nas01: any certificate is accepted (insecureSkipVerify)',
      'nas nas01: TLS 1.2 is accepted (minVersion)',
      'history s3: TLS 1.2 is accepted (minVersion)',
      'pushgateway: TLS 1.2 is accepted (minVersion)',
      'nas core: credentials and answers travel in clear text (allowPlaintext)',
    ]);
  });
});
