import assert from 'node:assert/strict';
import { SourceError } from '../../src/errors.ts';
import type { CallRecord } from '../../src/util/call-record.ts';
import { createHttpClient, type HttpCall, type HttpClient, type HttpClientOptions } from '../../src/util/http.ts';
import { HttpStatusError } from '../../src/util/http-error.ts';
import { Secret } from '../../src/util/secret.ts';
import { type Handler, type Loopback, listen, listenAsProxy, testCertificate } from '../support/loopback.ts';

const open: { close(): unknown }[] = [];

async function serve(handler: Handler, tls?: Parameters<typeof listen>[1]): Promise<Loopback> {
  const server = await listen(handler, tls);
  open.push(server);
  return server;
}

async function client(options: Partial<HttpClientOptions> = {}): Promise<HttpClient> {
  const made = await createHttpClient({
    system: 'nas/test',
    timeoutMs: 2000,
    env: {},
    ...options,
    retry: { baseMs: 1, maxMs: 50, ...options.retry },
  });
  open.push(made);
  return made;
}

async function failure(made: HttpClient, call: HttpCall): Promise<SourceError> {
  const error = await made.request(call).then(
    () => assert.fail('the call should fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SourceError, `not a SourceError: ${error}`);
  return error;
}

describe('[I] util/http', () => {
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  it('uses one connection for many calls one after the other', async () => {
    const server = await serve((_, response) => response.end('{}'));
    const made = await client();

    for (let i = 0; i < 5; i++) await made.request({ url: server.url });

    assert.equal(server.connections(), 1);
  });

  for (const [status, kind] of [
    [401, 'unauthenticated'],
    [403, 'forbidden'],
    [404, 'notFound'],
    [410, 'gone'],
    [418, 'badAnswer'],
  ] as const) {
    it(`says ${kind} for ${status}, with a remedy, and asks only once`, async () => {
      let calls = 0;
      const server = await serve((_, response) => {
        calls += 1;
        response.writeHead(status).end('no');
      });

      const error = await failure(await client(), { url: `${server.url}/list` });

      assert.equal(error.kind, kind);
      assert.ok(error instanceof HttpStatusError && error.status === status);
      assert.match(error.remedy ?? '', /^[A-Z].*\.$/);
      assert.equal(calls, 1);
    });
  }

  it('repeats an idempotent call after 503 and a cut connection', async () => {
    let calls = 0;
    const server = await serve((request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(503).end();
      else if (calls === 2) request.socket.destroy();
      else response.end('{"ok":true}');
    });

    const answer = await (await client()).request({ url: server.url });

    assert.deepEqual(answer.json(), { ok: true });
    assert.equal(calls, 3);
  });

  it('never repeats a POST by itself', async () => {
    let calls = 0;
    const server = await serve((_, response) => {
      calls += 1;
      response.writeHead(503).end();
    });

    const error = await failure(await client(), { url: server.url, method: 'POST', body: '{}' });

    assert.equal(error.kind, 'server');
    assert.equal(calls, 1);
  });

  it('waits as long as Retry-After says before it asks again', async () => {
    const times: number[] = [];
    const server = await serve((_, response) => {
      times.push(Date.now());
      if (times.length === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end('{}');
    });

    await (await client({ retry: { maxMs: 5000 } })).request({ url: server.url });

    assert.equal(times.length, 2);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 990);
  });

  it('says rateLimited when 429 does not end', async () => {
    const server = await serve((_, response) => response.writeHead(429).end());

    assert.equal((await failure(await client(), { url: server.url })).kind, 'rateLimited');
  });

  it('does not hang on a server that never answers', async () => {
    const server = await serve(() => {});

    const error = await failure(await client(), { url: server.url, timeoutMs: 100 });

    assert.equal(error.kind, 'timeout');
  });

  it('does not hang on a body that never ends', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('[1,');
    });

    assert.equal((await failure(await client(), { url: server.url, timeoutMs: 100 })).kind, 'timeout');
  });

  it('leaves a wait for the next try when the deadline of the run comes', async () => {
    const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '30' }).end());
    const made = await client({ retry: { maxMs: 30_000 } });
    const started = Date.now();

    const error = await failure(made, { url: server.url, signal: AbortSignal.timeout(100) });

    assert.equal(error.kind, 'timeout');
    assert.ok(Date.now() - started < 2000);
  });

  it('does not send at all once the deadline has passed', async () => {
    let calls = 0;
    const server = await serve((_, response) => {
      calls += 1;
      response.end('{}');
    });

    const error = await failure(await client(), { url: server.url, signal: AbortSignal.abort() });

    assert.equal(error.kind, 'notAsked');
    assert.equal(calls, 0);
  });

  it('refuses an answer that was cut in the middle', async () => {
    const server = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":');
      setTimeout(() => request.socket.destroy(), 20);
    });

    assert.equal((await failure(await client(), { url: server.url })).kind, 'unreachable');
  });

  it('refuses an answer above the size limit', async () => {
    const server = await serve((_, response) => response.end('x'.repeat(2000)));

    assert.equal((await failure(await client({ maxBodyBytes: 1000 }), { url: server.url })).kind, 'badAnswer');
  });

  it('refuses to follow a redirect', async () => {
    const seen: string[] = [];
    const server = await serve((request, response) => {
      seen.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });

    assert.equal((await failure(await client(), { url: `${server.url}/list` })).kind, 'badAnswer');
    assert.deepEqual(seen, ['/list']);
  });

  it('says badAnswer for something that is not JSON, without quoting it', async () => {
    const server = await serve((_, response) => response.end('<html>secret page</html>'));

    const answer = await (await client()).request({ url: server.url });

    assert.throws(
      () => answer.json(),
      (error) => error instanceof SourceError && error.kind === 'badAnswer' && !error.message.includes('secret page'),
    );
  });

  it('stops asking a system whose connections fail in a row', async () => {
    const server = await serve(() => {});
    await server.close();
    const made = await client({ retry: { retries: 0, breakAfter: 3 } });
    const records: unknown[] = [];
    const counting = await client({ retry: { retries: 0, breakAfter: 3 }, onCall: (record) => records.push(record) });

    assert.equal((await failure(made, { url: server.url })).kind, 'unreachable');
    for (let i = 0; i < 6; i++) assert.equal((await failure(counting, { url: server.url })).kind, 'unreachable');

    assert.equal(records.length, 3);
  });

  it('tells the hook of each call what happened, without query and credentials', async () => {
    const server = await serve((_, response) => response.end('[1,2,3]'));
    const records: CallRecord[] = [];
    const made = await client({ onCall: (record) => records.push(record) });

    await made.request({
      url: `${server.url}/list?token=abc`,
      countOf: (answer) => (answer.json() as unknown[]).length,
    });

    assert.equal(records.length, 1);
    const { durationMs, ...rest } = records[0] ?? assert.fail();
    assert.ok(durationMs >= 0);
    assert.deepEqual(rest, { system: 'nas/test', method: 'GET /list', outcome: 'ok', status: 200, bytes: 7, count: 3 });
  });

  it('asks for the headers again before every try', async () => {
    const seen: unknown[] = [];
    const server = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(seen.length === 1 ? 503 : 200).end('{}');
    });
    let n = 0;
    const headers = async () => {
      n += 1;
      return { authorization: `Bearer token-${n}` };
    };

    await (await client()).request({ url: server.url, headers });

    assert.deepEqual(seen, ['Bearer token-1', 'Bearer token-2']);
  });

  describe('TLS', () => {
    let tls: { cert: string; key: string };
    let pin: string;
    let ca: string;
    before(async () => {
      const made = await testCertificate();
      tls = { cert: made.cert, key: made.key };
      pin = made.spkiPin;
      ca = made.caPem;
    });

    it('refuses a self-signed certificate', async () => {
      const server = await serve((_, response) => response.end('{}'), tls);

      assert.equal((await failure(await client(), { url: server.url })).kind, 'tls');
    });

    it('takes the certificate itself as CA', async () => {
      const server = await serve((_, response) => response.end('{}'), tls);

      assert.equal((await (await client({ tls: { ca } })).request({ url: server.url })).status, 200);
    });

    it('takes a pin alone, and keeps the connection', async () => {
      const server = await serve((_, response) => response.end('{}'), tls);
      const made = await client({ tls: { pins: [pin] } });

      for (let i = 0; i < 3; i++) assert.equal((await made.request({ url: server.url })).status, 200);

      assert.equal(server.connections(), 1);
    });

    for (const [name, options] of [
      ['a pin alone', {}],
      ['a pin and the CA', { withCa: true }],
      ['a pin and verification off', { insecureSkipVerify: true }],
    ] as const) {
      it(`sends nothing when the key is another than the pinned one: ${name}`, async () => {
        let requests = 0;
        const server = await serve((_, response) => {
          requests += 1;
          response.end('{}');
        }, tls);
        const pins = [`sha256/${Buffer.alloc(32).toString('base64')}`];
        const withCa = 'withCa' in options ? { ca } : options;
        const key = new Secret('1-mySecretKey');

        const error = await failure(await client({ tls: { pins, ...withCa } }), {
          url: server.url,
          headers: { authorization: `Bearer ${key.reveal()}` },
        });

        assert.equal(error.kind, 'tls');
        assert.equal(requests, 0);
      });
    }

    it('wants TLS 1.3 unless told otherwise', async () => {
      const server = await serve((_, response) => response.end('{}'), { ...tls, maxVersion: 'TLSv1.2' });

      assert.equal((await failure(await client({ tls: { ca } }), { url: server.url })).kind, 'tls');
      const lenient = await client({ tls: { ca, minVersion: 'TLSv1.2' } });
      assert.equal((await lenient.request({ url: server.url })).status, 200);
    });

    it('shows a client certificate', async () => {
      const server = await serve((_, response) => response.end('{}'), {
        ...tls,
        ca,
        requestCert: true,
        rejectUnauthorized: true,
      });

      const made = await client({ tls: { ca, clientCertificate: { cert: tls.cert, key: new Secret(tls.key) } } });

      assert.equal((await made.request({ url: server.url })).status, 200);
      assert.notEqual((await failure(await client({ tls: { ca } }), { url: server.url })).kind, 'badAnswer');
    });

    for (const [name, isRight] of [
      ['reaches a pinned server through a proxy', true],
      ['sends nothing through a proxy to a server with another key', false],
    ] as const) {
      it(name, async () => {
        let requests = 0;
        const server = await serve((_, response) => {
          requests += 1;
          response.end('{}');
        }, tls);
        const { proxy, tunnels } = await listenAsProxy();
        open.push(proxy);
        process.env['HTTPS_PROXY'] = proxy.url;
        try {
          const pins = [isRight ? pin : `sha256/${Buffer.alloc(32).toString('base64')}`];
          const made = await client({ tls: { pins }, env: { HTTPS_PROXY: proxy.url }, retry: { retries: 0 } });

          if (isRight) assert.equal((await made.request({ url: server.url })).status, 200);
          else assert.equal((await failure(made, { url: server.url })).kind, 'tls');

          assert.deepEqual(tunnels, [server.host]);
          assert.equal(requests, isRight ? 1 : 0);
        } finally {
          delete process.env['HTTPS_PROXY'];
        }
      });
    }
  });
});
