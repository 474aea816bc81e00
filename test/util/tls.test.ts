import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { SourceError } from '../../src/errors.ts';
import type { TlsOptions } from '../../src/model/targets.ts';
import { readServer } from '../../src/run/read-pins.ts';
import { type Certificate, makeCertificate } from '../../src/simulate/certificate.ts';
import { createHttpClient } from '../../src/util/http.ts';
import { type Loopback, listen } from '../support/loopback.ts';

/** Real servers on loopback; each connection is allowed or refused, and a refused one carries no request. */
describe('[U] util/tls', () => {
  let ca: Certificate;
  let good: Certificate;
  const open: { close(): unknown }[] = [];

  before(async () => {
    ca = await makeCertificate({ names: ['Test CA'], ips: [] });
    good = await makeCertificate({ ca });
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  async function serve(certificate: Certificate, more: ServerOptions = {}) {
    const requests: string[] = [];
    const server = await listen(
      (request, response) => {
        requests.push(request.headers.authorization ?? '');
        response.end('{}');
      },
      { cert: certificate.cert, key: certificate.key, ...more },
    );
    open.push(server);
    return { server, requests };
  }

  async function ask(server: Loopback, tls: TlsOptions): Promise<'answered' | SourceError> {
    const client = await createHttpClient({ system: 'x', tls, timeoutMs: 5000, retry: { retries: 0 }, env: {} });
    open.push(client);
    return client.request({ url: server.url, headers: { authorization: 'Bearer secret' } }).then(
      () => 'answered' as const,
      (error: unknown) => {
        assert.ok(error instanceof SourceError);
        return error;
      },
    );
  }

  async function assertRefused({ server, requests }: Awaited<ReturnType<typeof serve>>, tls: TlsOptions) {
    const answer = await ask(server, tls);
    assert.ok(answer instanceof SourceError, 'it was answered');
    assert.equal(answer.kind, 'tls', answer.message);
    assert.deepEqual(requests, [], 'a request was sent');
  }

  it('takes a certificate of the own CA over TLS 1.3', async () => {
    const { server } = await serve(good);
    assert.equal(await ask(server, { ca: ca.cert }), 'answered');
  });

  it('refuses an expired certificate, also one of the own CA', async () => {
    const notBefore = new Date(Date.now() - 40 * 86_400_000);
    await assertRefused(await serve(await makeCertificate({ ca, notBefore, days: 30 })), { ca: ca.cert });
  });

  it('refuses a certificate that is not valid yet', async () => {
    const notBefore = new Date(Date.now() + 86_400_000);
    await assertRefused(await serve(await makeCertificate({ ca, notBefore })), { ca: ca.cert });
  });

  it('refuses another name, and takes the one that serverName expects', async () => {
    const other = await makeCertificate({ ca, names: ['nas.example.org'], ips: [] });
    await assertRefused(await serve(other), { ca: ca.cert });
    const { server } = await serve(other);
    assert.equal(await ask(server, { ca: ca.cert, serverName: 'nas.example.org' }), 'answered');
  });

  it('refuses a self-signed certificate and one of another CA', async () => {
    await assertRefused(await serve(await makeCertificate()), { ca: ca.cert });
    await assertRefused(await serve(good), {});
  });

  it('refuses TLS 1.2 unless config lowers it, and 1.1 even then', async () => {
    const old = { maxVersion: 'TLSv1.2' } as const;
    await assertRefused(await serve(good, old), { ca: ca.cert });
    const { server } = await serve(good, old);
    assert.equal(await ask(server, { ca: ca.cert, minVersion: 'TLSv1.2' }), 'answered');
    const ancient = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    await assertRefused(await serve(good, ancient), { ca: ca.cert, minVersion: 'TLSv1.2' });
  });

  it('refuses a server that comes back weaker than it was', async () => {
    const first = await serve(good);
    assert.equal(await ask(first.server, { ca: ca.cert }), 'answered');
    await assertRefused(await serve(good, { maxVersion: 'TLSv1.2' }), { ca: ca.cert });
  });

  it('a key can be changed while its successor stands beside it as a pin', async () => {
    const next = await makeCertificate({ ca });
    const pins = [good.spkiPin, next.spkiPin];
    assert.equal(await ask((await serve(good)).server, { pins }), 'answered');
    assert.equal(await ask((await serve(next)).server, { pins }), 'answered');
    await assertRefused(await serve(good), { pins: [next.spkiPin] });
  });

  it('a renewed certificate with the same key needs no new pin; a pin does not excuse a wrong chain under a CA', async () => {
    assert.equal(await ask((await serve(good)).server, { pins: [good.spkiPin], ca: ca.cert }), 'answered');
    const other = await makeCertificate();
    await assertRefused(await serve(other), { pins: [other.spkiPin], ca: ca.cert });
  });

  it('a resumed session does not get around the pin', async () => {
    const { server, requests } = await serve(good);
    assert.equal(await ask(server, { ca: ca.cert }), 'answered');
    const wrong = { ca: ca.cert, pins: [`sha256/${Buffer.alloc(32).toString('base64')}`] };
    assert.ok((await ask(server, wrong)) instanceof SourceError);
    assert.equal(requests.length, 1);
  });

  it('a redirect carries nothing to another host', async () => {
    const other = await serve(good);
    const redirect = (_: unknown, response: ServerResponse) =>
      response.writeHead(307, { location: other.server.url }).end();
    const server = await listen(redirect, { cert: good.cert, key: good.key });
    open.push(server);

    assert.ok((await ask(server, { ca: ca.cert })) instanceof SourceError);
    assert.deepEqual(other.requests, []);
    assert.equal(other.server.connections(), 0);
  });

  it('refuses to renegotiate, by which TLS 1.2 could change the certificate under way', async () => {
    let renegotiated: unknown = 'not asked';
    const server = await listen(
      (request, response) => {
        const socket = request.socket as TLSSocket;
        socket.on('error', () => {});
        const isAsked = socket.renegotiate({ requestCert: true, rejectUnauthorized: false }, (error) => {
          renegotiated = error ?? 'done';
        });
        assert.notEqual(isAsked, false, 'the server could ask');
        setTimeout(() => response.end('{}'), 50);
      },
      { cert: good.cert, key: good.key, maxVersion: 'TLSv1.2' },
    );
    open.push(server);

    await ask(server, { ca: ca.cert, minVersion: 'TLSv1.2' });
    assert.notEqual(renegotiated, 'done');
  });

  it('shows the pin of a server that nobody trusts yet, and sends it nothing', async () => {
    const { server, requests } = await serve(good);
    const shown = await readServer(new URL(server.url), 5000);

    assert.equal(shown.chain[0]?.pin, good.spkiPin);
    assert.equal(shown.protocol, 'TLSv1.3');
    assert.notEqual(shown.refusedBecause, undefined);
    assert.deepEqual(requests, []);
    assert.equal(await ask(server, { pins: [shown.chain[0]?.pin ?? ''] }), 'answered');
  });
});
