import assert from 'node:assert/strict';
import { listConnections, listTlsNotes } from '../../src/config/list-connections.ts';
import { Config } from '../../src/config/schema.ts';

const nas = { name: 'nas01', url: 'https://nas', apiKey: '1-x' };
const pin = `sha256/${'A'.repeat(43)}=`;

describe('[U] config/list-connections', () => {
  it('says nothing of the defaults', () => {
    assert.deepEqual(listTlsNotes(Config.parse({ nas: [nas], clusters: [{ name: 'prod' }] })), []);
  });

  it('names every connection that config has weakened, whichever section it stands in', () => {
    const config = Config.parse({
      clusters: [{ name: 'prod', tls: { minVersion: 'TLSv1.2' } }],
      nas: [
        { ...nas, tls: { insecureSkipVerify: true, minVersion: 'TLSv1.2' } },
        { name: 'core', url: 'http://core', username: 'u', password: 'p', allowPlaintext: true },
      ],
      pushgateway: { url: 'https://push', tls: { minVersion: 'TLSv1.2' } },
      history: { s3: { bucket: 'bucket', minVersion: 'TLSv1.2' } },
    });
    assert.deepEqual(listTlsNotes(config), [
      'clusters prod: TLS 1.2 is accepted (minVersion)',
      'nas nas01: any certificate is accepted (insecureSkipVerify)',
      'nas nas01: TLS 1.2 is accepted (minVersion)',
      'nas core: credentials and answers travel in clear text (allowPlaintext)',
      'history s3: TLS 1.2 is accepted (minVersion)',
      'pushgateway: TLS 1.2 is accepted (minVersion)',
    ]);
  });

  it('names every URL that is plain http, but not one that stays on this machine', () => {
    const mail = { from: 's@example.org', recipients: [{ to: 'o@example.org' }] };
    const clear = (host: string) =>
      listTlsNotes(
        Config.parse({
          history: { s3: { bucket: 'bucket', endpoint: `http://${host}:9000` } },
          email: { ...mail, host: 'smtp', oauth2: { tokenUrl: `http://${host}/token`, clientId: 'c' } },
          pushgateway: { url: `http://${host}:9091` },
          webhooks: [{ name: 'chat', url: `http://${host}/hook` }],
          otel: { enabled: true, endpoint: `http://${host}:4318` },
          vault: { url: `http://${host}:8200` },
          serve: { auth: { jwt: { issuer: 'i', audience: 'a', jwksUrl: `http://${host}/keys` } } },
        }),
      ).map((note) => note.replace(/: what is sent and answered travels in clear text \(http\)$/, ''));

    assert.deepEqual(clear('10.0.0.7'), [
      'history s3',
      'email oauth2',
      'pushgateway',
      'webhooks chat',
      'otel',
      'vault',
      'serve auth jwt',
    ]);
    for (const host of ['localhost', '127.0.0.1', '[::1]']) assert.deepEqual(clear(host), [], host);
  });

  it('says of the others what protects them, and leaves out what is off', () => {
    const config = Config.parse({
      clusters: [{ name: 'prod' }],
      nas: [
        { ...nas, tls: { pins: [pin] } },
        { ...nas, name: 'nas02', tls: { caFile: '/ca.pem', pins: [pin, pin], minVersion: 'TLSv1.2' } },
      ],
      pushgateway: { url: 'http://localhost:9091' },
      otel: { enabled: false, endpoint: 'http://collector:4318' },
    });
    assert.deepEqual(
      listConnections(config).map(({ where, guard }) => `${where}: ${guard}`),
      [
        'clusters prod: TLS 1.3 or newer, certificate checked against the CA of the kubeconfig or service account',
        'nas nas01: TLS 1.3 or newer, key pinned (1 pin)',
        'nas nas02: TLS 1.2 or newer, certificate checked against /ca.pem, key pinned (2 pins)',
        'pushgateway: none needed: it stays on this machine',
      ],
    );
  });
});
