import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { SourceError } from '../../src/errors.ts';
import type { ClusterReviews } from '../../src/run/service-ports.ts';
import { makeRichResult } from '../support/make-result.ts';
import { audience, issuer, type Service, startService } from '../support/serve.ts';

/** Every address that speaks of anything. */
const addresses = [
  ...['findings', 'orphans', 'usage', 'pools', 'volumes', 'trends', 'forecasts', 'recommendations', 'validation'],
  ...['health', 'scans', 'reports', 'scans/x', 'reports/latest', 'events'],
].map((name) => `/api/v1/${name}`);

describe('[U] server/auth', () => {
  let service: Service;
  before(async () => {
    service = await startService({ results: [makeRichResult(60)] });
  });
  after(() => service?.close());

  function ask(path: string, token?: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...(init.headers as object), ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    return fetch(`${service.url}${path}`, { ...init, headers });
  }

  for (const path of [...addresses, '/', '/metrics', '/version', '/api/openapi.json', '/api/docs/', '/nowhere']) {
    it(`${path} answers 401 without a token`, async () => {
      const answer = await ask(path);

      assert.equal(answer.status, 401);
    });
  }

  it('starting a scan without a token answers 401', async () => {
    assert.equal((await ask('/api/v1/scans', undefined, { method: 'POST' })).status, 401);
  });

  it('only the probes answer without a token, and tell nothing', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await ask(path);

      assert.equal(answer.status, 200);
      assert.deepEqual(await answer.json(), { status: 'ok' });
    }
  });

  describe('a token that is not good', () => {
    const inFiveMinutes = () => Math.floor(Date.now() / 1000) + 300;
    const claims = () => ({ sub: 'admin', iss: issuer, aud: audience, exp: inFiveMinutes() });
    const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

    const forged: Readonly<Record<string, () => Promise<string>>> = {
      expired: () => service.token({ exp: Math.floor(Date.now() / 1000) - 60 }),
      'for another audience': () => service.token({ aud: 'grafana' }),
      'of a foreign issuer, signed with its own key': async () => {
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT({ ...claims(), iss: 'https://evil.example.org' })
          .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
          .sign(privateKey);
      },
      'of our issuer, signed with a foreign key': async () => {
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(privateKey);
      },
      'without a signature (alg: none)': async () => new UnsecuredJWT(claims()).encode(),
      'without a signature (alg: nOnE)': async () => `${base64({ alg: 'nOnE' })}.${base64(claims())}.`,
      'with the public key as HMAC secret (RS/HS confusion)': async () => {
        const spki = await exportSPKI((await importJWK(service.publicJwk, 'RS256')) as never);
        const body = `${base64({ alg: 'HS256', kid: 'key-1' })}.${base64(claims())}`;
        return `${body}.${createHmac('sha256', spki).update(body).digest('base64url')}`;
      },
      'with the key set as HMAC secret': async () => {
        const body = `${base64({ alg: 'HS256', kid: 'key-1' })}.${base64(claims())}`;
        return `${body}.${createHmac('sha256', JSON.stringify(service.publicJwk)).update(body).digest('base64url')}`;
      },
      'with an algorithm that is not pinned': async () => {
        const key = await importJWK(await exportJWK(service.privateKey), 'RS512');
        return new SignJWT(claims()).setProtectedHeader({ alg: 'RS512', kid: 'key-1' }).sign(key);
      },
      'with a path as kid': async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', kid: '../../dev/null' })
          .sign((await generateKeyPair('RS256')).privateKey),
      'with SQL as kid': async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', kid: "' OR 1=1 --" })
          .sign((await generateKeyPair('RS256')).privateKey),
      'with its own key inside (jwk)': async () => {
        const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
        return new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(publicKey) })
          .sign(privateKey);
      },
      'that names a place for its key (jku)': async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', jku: 'http://127.0.0.1:1/keys', kid: 'evil' })
          .sign((await generateKeyPair('RS256')).privateKey),
      'without an end': async () => {
        const { exp: _, ...endless } = claims();
        return new SignJWT(endless).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(service.privateKey);
      },
      'without a user': async () => {
        const { sub: _, ...nobody } = claims();
        return new SignJWT(nobody).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(service.privateKey);
      },
      'not yet valid': () => service.token({ nbf: inFiveMinutes() }),
      'with a critical extension that nobody knows': async () =>
        new SignJWT(claims())
          .setProtectedHeader({ alg: 'RS256', kid: 'key-1', crit: ['x'], x: 1 })
          .sign(service.privateKey, { crit: { x: true } }),
      'changed after it was signed': async () => {
        const [head, , signature] = (await service.token({ sub: 'reader' })).split('.');
        return `${head}.${base64(claims())}.${signature}`;
      },
      'that is no token': async () => 'admin',
      'that is two dots': async () => '..',
    };
    for (const [what, forge] of Object.entries(forged)) {
      it(`${what}: 401`, async () => {
        const answer = await ask('/api/v1/findings', await forge());

        assert.equal(answer.status, 401, await answer.text());
        assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
      });
    }

    it('a good one of the same make gets in: the forgeries above fail for their own reason', async () => {
      const good = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
        .sign(service.privateKey);

      assert.equal((await ask('/api/v1/findings', good)).status, 200);
    });

    it('a good one elsewhere than in the header counts for nothing', async () => {
      const token = await service.token();

      for (const path of [`/api/v1/findings?access_token=${token}`, `/api/v1/findings?token=${token}`])
        assert.equal((await ask(path)).status, 401);
      for (const headers of [
        { 'x-auth-token': token },
        { authorization: `Basic ${token}` },
        { 'x-remote-user': 'admin' },
      ])
        assert.equal((await ask('/api/v1/findings', undefined, { headers: headers as never })).status, 401);
    });
  });

  describe('rights', () => {
    it('a caller without any right sees nothing', async () => {
      for (const path of addresses.filter((each) => !each.endsWith('events'))) {
        const answer = await service.get(path, { as: 'stranger' });

        assert.equal(answer.status, 403, path);
      }
    });

    it('reading is not scanning', async () => {
      const reading = await service.get('/api/v1/scans', { as: 'reader' });
      const scanning = await service.get('/api/v1/scans', { as: 'reader', method: 'POST' });

      assert.equal(reading.status, 200);
      assert.equal(scanning.status, 403);
    });

    it('a team sees what is its own, and only that', async () => {
      const { items } = (await (await service.get('/api/v1/volumes?limit=1000', { as: 'shop' })).json()) as {
        items: readonly { cluster: string; namespace: string }[];
      };

      assert.ok(items.length > 0);
      assert.deepEqual([...new Set(items.map(({ cluster, namespace }) => `${cluster}/${namespace}`))], ['prod/shop']);
    });

    for (const query of [
      'namespace=prod/billing',
      'namespace=prod/billing,prod/shop',
      'namespace=prod%2Fbilling',
      'cluster=staging',
      'namespace=staging/shop',
      'nas=nas02',
    ]) {
      it(`a filter (${query}) never shows what is another’s`, async () => {
        for (const name of ['volumes', 'findings', 'orphans']) {
          const answer = await service.get(`/api/v1/${name}?limit=1000&${query}`, { as: 'shop' });
          const text = await answer.text();

          assert.ok([200, 400].includes(answer.status), text);
          assert.doesNotMatch(text, /"namespace":"(?!shop")/);
          assert.doesNotMatch(text, /"cluster":"staging"/);
        }
      });
    }

    for (const path of ['pools', 'validation', 'health']) {
      it(`${path} holds nothing for who sees only a namespace`, async () => {
        const { total } = (await (await service.get(`/api/v1/${path}`, { as: 'shop' })).json()) as { total: number };

        assert.equal(total, 0);
      });
    }

    it('reports, metrics and the page are for those who see everything', async () => {
      for (const path of ['/api/v1/reports', '/api/v1/reports/latest?format=json', '/metrics', '/'])
        assert.equal((await service.get(path, { as: 'shop' })).status, 403, path);
    });

    it('an answer made for one who sees everything is not given to another', async () => {
      await service.get('/api/v1/volumes?limit=1000');
      const text = await (await service.get('/api/v1/volumes?limit=1000', { as: 'shop' })).text();

      assert.doesNotMatch(text, /billing/);
    });

    it('a group of a token cannot pass for one of Kubernetes', async () => {
      const answer = await ask('/api/v1/findings', await service.token({ sub: 'x', groups: ['system:masters'] }));

      assert.equal(answer.status, 403);
    });
  });

  describe('tricks with addresses', () => {
    for (const path of [
      '//api/v1/findings',
      '/healthz/../api/v1/findings',
      '/healthz/..%2fapi/v1/findings',
      '/healthz%2f..%2fapi%2fv1%2ffindings',
      '/healthz;/api/v1/findings',
      '/api/v1/findings/',
      '/API/v1/findings',
      '/api/v1/./findings',
      '/api//v1/findings',
      '/live.js/../api/v1/findings',
      '/api/docs/static/../../v1/findings',
      '/api/docs/static/..%2f..%2f..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/api/v1/findings%00',
      '/api/v1/findings#/healthz',
      '/healthz?x=/api/v1/findings',
    ]) {
      it(`${path} shows no finding and no file`, async () => {
        const { status, body } = await raw(service.url, path);

        assert.ok(status >= 400 || body === '{"status":"ok"}', `${status}: ${body.slice(0, 200)}`);
        assert.doesNotMatch(body, /"items"|root:/);
      });
    }

    it('an address that cannot be read is 400 with a problem', async () => {
      const { status, body } = await raw(service.url, '/api/v1/%zz');

      assert.equal(status, 400);
      assert.match(body, /"requestId"/);
    });
  });

  describe('too much', () => {
    it('a header that is too large is refused', async () => {
      const { status } = await raw(service.url, '/api/v1/findings', { authorization: `Bearer ${'x'.repeat(20_000)}` });

      assert.equal(status, 431);
    });

    it('a body that is too large is refused', async () => {
      const answer = await service.get('/api/v1/scans', {
        method: 'POST',
        body: JSON.stringify({ x: 'x'.repeat(100_000) }),
        headers: { 'content-type': 'application/json' },
      });

      assert.equal(answer.status, 413);
    });

    it('one client has a limit of requests', async () => {
      const own = await startService({ serve: { requestsPerMinute: 5 } });
      try {
        const statuses: number[] = [];
        for (let i = 0; i < 8; i += 1) statuses.push((await own.get('/api/v1/pools')).status);

        assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
        assert.equal((await own.get('/api/v1/pools', { as: 'reader' })).status, 200);
        assert.equal((await own.get('/healthz', { as: '' })).status, 200);
      } finally {
        await own.close();
      }
    });

    it('an address that tries tokens is refused for a while, also with a good one', async () => {
      const own = await startService();
      try {
        for (let i = 0; i < 60; i += 1)
          await fetch(`${own.url}/api/v1/pools`, { headers: { authorization: `Bearer guess-${i}` } });
        const answer = await own.get('/api/v1/pools');

        assert.equal(answer.status, 429);
        assert.ok(Number(answer.headers.get('retry-after')) > 0);
      } finally {
        await own.close();
      }
    });
  });

  describe('tokens of Kubernetes', () => {
    const valid = new Set(['sa-shop', 'sa-all']);
    let isDown = false;
    let reviewed = 0;
    const reviews: ClusterReviews = {
      cluster: 'prod',
      reviewToken: async (token) => {
        reviewed += 1;
        if (isDown) throw new SourceError('unreachable', 'the API server does not answer');
        return valid.has(token) ? { name: token, groups: [] } : undefined;
      },
      mayAccess: async ({ name }, access) => {
        if (isDown) throw new SourceError('unreachable', 'the API server does not answer');
        if ('path' in access) return name === 'sa-all' && access.verb === 'get';
        return name === 'sa-shop' && access.namespace === 'shop';
      },
    };
    let own: Service;
    before(async () => {
      own = await startService({ results: [makeRichResult(60)], ports: { reviews } });
    });
    after(() => own?.close());

    const as = (token: string, path = '/api/v1/volumes?limit=1000') =>
      fetch(`${own.url}${path}`, { headers: { authorization: `Bearer ${token}` } });

    it('RBAC of the cluster shows a namespace of that cluster, not of another one', async () => {
      const text = await (await as('sa-shop')).text();

      assert.match(text, /"namespace":"shop"/);
      assert.doesNotMatch(text, /"namespace":"(?!shop")|"cluster":"staging"/);
    });

    it('reading everything by RBAC is not scanning', async () => {
      assert.equal((await as('sa-all')).status, 200);
      assert.equal(
        (await fetch(`${own.url}/api/v1/scans`, { method: 'POST', headers: { authorization: 'Bearer sa-all' } }))
          .status,
        403,
      );
    });

    it('asks once for many requests of one token', async () => {
      const before = reviewed;
      await Promise.all(Array.from({ length: 20 }, () => as('sa-once')));

      assert.equal(reviewed, before + 1);
    });

    it('a token that was revoked is refused once its answer is old', async () => {
      assert.equal((await as('sa-all')).status, 200);
      valid.delete('sa-all');
      await new Promise((resolve) => setTimeout(resolve, 1100));

      assert.equal((await as('sa-all')).status, 401);
    });

    it('nobody is let in while the API server does not answer', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1100));
      isDown = true;

      assert.equal((await as('sa-shop')).status, 503);
    });
  });

  it('every request leaves a record without token and query', async () => {
    const token = await service.token({ sub: 'reader' });
    await ask('/api/v1/findings?namespace=prod/hidden', token);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const record = service.audit.at(-1);

    assert.equal(record?.user, 'oidc:reader');
    assert.equal(record?.route, '/api/v1/findings');
    assert.equal(record?.status, 200);
    assert.doesNotMatch(JSON.stringify(service.audit), new RegExp(`hidden|${token.split('.')[2]}`));
  });
});

/** As it stands: fetch would tidy the address up. */
function raw(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => {
        body += String(chunk);
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    sent.once('error', reject);
    sent.end();
  });
}
