import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { get } from 'node:https';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { testCertificate } from '../support/loopback.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';
import { type Service, startService } from '../support/serve.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

interface Listed {
  readonly scan: { readonly id: string; readonly complete: boolean };
  readonly notAssessed: number;
  readonly total: number;
  readonly items: readonly Record<string, never>[];
  readonly next?: string;
}

describe('[U] server/api', () => {
  const rich = makeRichResult(60);
  const folder = useTemporaryFolder();
  let service: Service;
  before(async () => {
    service = await startService({ results: [rich] });
  });
  after(() => service?.close());

  async function list(path: string, as?: string): Promise<Listed> {
    const answer = await service.get(`/api/v1/${path}`, as === undefined ? {} : { as });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as Listed;
  }

  for (const [name, of] of Object.entries({
    findings: ({ findings }: ScanResult) => findings,
    volumes: ({ usage }: ScanResult) => usage.volumes,
    pools: ({ usage }: ScanResult) => usage.pools,
    health: ({ sections }: ScanResult) => sections,
    trends: ({ trends }: ScanResult) => trends.series,
    forecasts: ({ trends }: ScanResult) => trends.forecasts,
    recommendations: ({ recommendations }: ScanResult) => recommendations.items,
    validation: ({ validation }: ScanResult) => validation.results,
  })) {
    it(`${name} gives what the result holds`, async () => {
      const { items, total } = await list(`${name}?limit=1000`);

      assert.deepEqual(items, JSON.parse(JSON.stringify(of(rich))));
      assert.equal(total, items.length);
    });
  }

  it('says with every list what was not assessed', async () => {
    const { scan, notAssessed } = await list('orphans');

    assert.equal(scan.complete, false);
    assert.equal(notAssessed, rich.summary.notAssessed.length);
  });

  it('orphans leaves out what is ignored or resolved', async () => {
    const { total } = await list('orphans');

    assert.equal(total, rich.summary.findings);
  });

  it('pages hold every item once', async () => {
    const seen: unknown[] = [];
    for (let path = 'volumes?limit=7', next: string | undefined = ''; next !== undefined; ) {
      const page: Listed = await list(path);
      seen.push(...page.items);
      next = page.next;
      path = `volumes?limit=7&cursor=${next}`;
    }

    assert.deepEqual(seen, JSON.parse(JSON.stringify(rich.usage.volumes)));
  });

  it('filters, sorts and gives only the fields asked for', async () => {
    const { items } = await list('findings?severity=HIGH,CRITICAL&sort=-severity,id&fields=id,severity&limit=1000');

    assert.ok(items.length > 3);
    assert.deepEqual([...new Set(items.flatMap((item) => Object.keys(item)))], ['id', 'severity']);
    const expected = rich.findings
      .filter(({ severity }) => severity === 'HIGH' || severity === 'CRITICAL')
      .map(({ id, severity }) => ({ id, severity }))
      .toSorted((a, b) => (a.severity === b.severity ? (a.id < b.id ? -1 : 1) : a.severity === 'CRITICAL' ? -1 : 1));
    assert.deepEqual(items, expected);
  });

  it('sorts what is unknown last, rising and falling', async () => {
    const rising = await list('volumes?sort=usedBytes&limit=1000');
    const falling = await list('volumes?sort=-usedBytes&limit=1000');

    assert.equal(rising.items.at(-1)?.['usedBytes'], undefined);
    assert.equal(falling.items.at(-1)?.['usedBytes'], undefined);
    assert.notEqual(falling.items[0]?.['usedBytes'], undefined);
  });

  for (const [what, path] of [
    ['an unknown parameter', 'findings?severty=HIGH'],
    ['an unknown value', 'findings?severity=LOUD'],
    ['an unknown field', 'findings?fields=id,secret'],
    ['an unknown order', 'volumes?sort=colour'],
    ['a limit of none', 'findings?limit=0'],
    ['a cursor that is none', 'findings?cursor=abc'],
    ['a repeated parameter', 'findings?limit=1&limit=2'],
  ] as const) {
    it(`refuses ${what} with a problem`, async () => {
      const answer = await service.get(`/api/v1/${path}`);
      const problem = (await answer.json()) as Record<string, unknown>;

      assert.equal(answer.status, 400);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.equal(problem['requestId'], answer.headers.get('x-request-id'));
      assert.equal(typeof problem['remedy'], 'string');
    });
  }

  it('refuses the cursor of another question', async () => {
    const { next } = await list('volumes?limit=5');

    assert.equal((await service.get(`/api/v1/volumes?limit=5&nas=nas01&cursor=${next}`)).status, 400);
  });

  it('gives CSV with a column for every value', async () => {
    const answer = await service.get('/api/v1/volumes', { headers: { accept: 'text/csv' } });
    const lines = (await answer.text()).trimEnd().split('\r\n');

    assert.match(answer.headers.get('content-type') ?? '', /^text\/csv/);
    assert.equal(lines.length, rich.usage.volumes.length + 1);
    assert.match(lines[0] ?? '', /usedBytes,.*persistentVolume,/);
  });

  it('answers 304 to who has it already, and not to who sees something else', async () => {
    const first = await service.get('/api/v1/findings');
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };

    assert.equal((await service.get('/api/v1/findings', { headers })).status, 304);
    assert.equal((await service.get('/api/v1/findings', { headers, as: 'shop' })).status, 200);
    assert.equal((await service.get('/api/v1/findings?limit=1', { headers })).status, 200);
  });

  for (const encoding of ['gzip', 'br'] as const) {
    it(`compresses with ${encoding}`, async () => {
      const answer = await service.get('/api/v1/findings', { headers: { 'accept-encoding': encoding } });

      assert.equal(answer.headers.get('content-encoding'), encoding);
      assert.equal(((await answer.json()) as Listed).total, rich.findings.length);
    });
  }

  it('carries a correlation id on, and makes one otherwise', async () => {
    const given = await service.get('/api/v1/pools', { headers: { 'x-request-id': 'ticket-42' } });
    const harmful = await service.get('/api/v1/pools', { headers: { 'x-request-id': 'a b"c' } });

    assert.equal(given.headers.get('x-request-id'), 'ticket-42');
    assert.match(harmful.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('answers 405 and says what is allowed', async () => {
    const answer = await service.get('/api/v1/findings', { method: 'DELETE' });

    assert.equal(answer.status, 405);
    assert.match(answer.headers.get('allow') ?? '', /GET/);
  });

  it('serves an OpenAPI 3.1 document and a viewer that asks nothing of other hosts', async () => {
    const document = (await (await service.get('/api/openapi.json')).json()) as Record<string, Record<string, never>>;
    const viewer = await service.get('/api/docs/static/index.html');
    const page = await viewer.text();

    assert.match(String(document['openapi']), /^3\.1/);
    assert.ok(Object.keys(document['paths'] ?? {}).includes('/api/v1/findings'));
    assert.equal(viewer.status, 200);
    assert.doesNotMatch(page, /(?:src|href)="(?:https?:)?\/\//);
  });

  it('lets pages of other origins call it only where config names them', async () => {
    const friend = 'https://portal.example.org';
    const own = await startService({ serve: { corsOrigins: [friend] } });
    const asks = (origin: string) => ({ origin, 'access-control-request-method': 'GET' });
    try {
      const preflight = await fetch(`${own.url}/api/v1/pools`, { method: 'OPTIONS', headers: asks(friend) });
      const answer = await own.get('/api/v1/pools', { headers: { origin: friend } });
      const foreign = await own.get('/api/v1/pools', { headers: { origin: 'https://evil.example.org' } });
      const closed = await service.get('/api/v1/pools', { headers: { origin: friend } });

      assert.equal(preflight.status, 204);
      assert.equal(answer.headers.get('access-control-allow-origin'), friend);
      for (const { headers } of [foreign, closed]) assert.notEqual(headers.get('access-control-allow-origin'), friend);
      assert.equal(closed.headers.get('access-control-allow-origin'), null);
    } finally {
      await own.close();
    }
  });

  it('speaks TLS with the certificate of config, and says so to browsers', async () => {
    const { caPem, cert, key } = await testCertificate();
    writeFileSync(folder.file('tls.crt'), cert);
    writeFileSync(folder.file('tls.key'), key, { mode: 0o600 });
    const own = await startService({ serve: { certFile: folder.file('tls.crt'), keyFile: folder.file('tls.key') } });
    try {
      const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
        get(`${own.url}/healthz`, { ca: caPem, checkServerIdentity: () => undefined }, (answer) =>
          resolve(answer.resume().headers),
        ).once('error', reject);
      });

      assert.match(own.url, /^https:/);
      assert.match(String(headers['strict-transport-security']), /^max-age=/);
    } finally {
      await own.close();
    }
  });

  it('a cursor of a replaced result is gone, so that no reading mixes two scans', async () => {
    const later = { ...rich.scan, id: 'later', startedAt: '2027-01-01T00:00:00.000Z' };
    const own = await startService({ results: [rich] });
    try {
      const first = (await (await own.get('/api/v1/volumes?limit=5')).json()) as Listed;
      own.stored.push({ ...rich, scan: later });
      for (let tries = 0; tries < 100; tries += 1) {
        const { scan } = (await (await own.get('/api/v1/pools')).json()) as Listed;
        if (scan.id === 'later') break;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }

      assert.equal((await own.get(`/api/v1/volumes?limit=5&cursor=${first.next}`)).status, 410);
    } finally {
      await own.close();
    }
  });

  it('answers 503 with a remedy as long as there is no result', async () => {
    const empty = await startService({ results: [] });
    try {
      const answer = await empty.get('/api/v1/findings');

      assert.equal(answer.status, 503);
      assert.match(((await answer.json()) as { remedy: string }).remedy, /^Start a scan/);
      assert.equal((await empty.get('/readyz', { as: '' })).status, 200);
    } finally {
      await empty.close();
    }
  });

  it('keeps answering from the last result when history cannot be read any more', async () => {
    let isBroken = false;
    const result = makeResult();
    const ports = {
      scans: async () => {
        if (isBroken) throw new Error('the volume is gone');
        return [result.scan];
      },
      result: async () => result,
    };
    const own = await startService({ ports });
    try {
      isBroken = true;
      await new Promise((resolve) => setTimeout(resolve, 1200));

      assert.equal((await own.get('/api/v1/findings')).status, 200);
    } finally {
      await own.close();
    }
  });
});
