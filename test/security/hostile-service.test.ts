import assert from 'node:assert/strict';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { renderLiveHtml } from '../../src/report/html.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { countElements, parseHtml } from '../support/html-tree.ts';
import { makeRichResult } from '../support/make-result.ts';
import { plantHostile } from '../support/plant-hostile.ts';
import { type Service, startService } from '../support/serve.ts';

const options = { timeZone: 'UTC', locale: 'en-GB', paper: 'A4', now: new Date('2026-11-23T06:00:00Z') } as const;
const elements = ['script', 'img', 'style', 'svg', 'a', 'iframe', 'form', 'table', 'tr', 'td', 'h1', 'h2', 'p', 'li'];

describe('[U] security: hostile names in the service', () => {
  const plain = makeRichResult();
  const services: Service[] = [];

  async function serve(result: ScanResult): Promise<Service> {
    const service = await startService({
      results: [result],
      ports: { renderLive: async (one) => renderLiveHtml(one, options) },
    });
    services.push(service);
    return service;
  }
  afterEach(async () => {
    for (const service of services.splice(0)) await service.close();
  });

  it('makes no element of them in the live page, nor a policy that lets scripts in', async () => {
    const page = async (hostile: string) => {
      const answer = await (await serve(plantHostile(plain, hostile))).get('/', { headers: { accept: 'text/html' } });
      assert.equal(answer.status, 200);
      assert.doesNotMatch(answer.headers.get('content-security-policy') ?? 'unsafe-eval', /script-src[^;]*unsafe/);
      return parseHtml(await answer.text());
    };
    const [tree, twin] = [await page(hostileStrings.join('')), await page('harmless')];

    assert.ok(countElements(tree, 'td') > 100, 'the page shows the findings');
    for (const name of elements) assert.equal(countElements(tree, name), countElements(twin, name), name);
  });

  it('answers JSON as JSON only, each name as it is', async () => {
    const service = await serve(plantHostile(plain, hostileStrings.join('')));
    const answer = await service.get('/api/v1/findings?limit=500');
    const { items } = (await answer.json()) as { items: { why: string }[] };

    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.ok(items.length > 10 && items.every(({ why }) => why.endsWith(hostileStrings.join(''))));
  });

  it('starts no cell of a CSV answer with a formula', async () => {
    const formulas = hostileStrings.filter((text) => /^[=+@]/.test(text));
    const named = plain.usage.volumes.map((volume, index) => ({
      ...volume,
      persistentVolume: `${formulas[index % formulas.length]}${index}`,
    }));
    const service = await serve({ ...plain, usage: { ...plain.usage, volumes: named } });
    const text = await (await service.get('/api/v1/volumes?limit=500', { headers: { accept: 'text/csv' } })).text();

    assert.ok(text.includes('SUM(1)'));
    assert.doesNotMatch(text, /(^|,|\r\n)"?\s*[=+@]/);
  });
});
