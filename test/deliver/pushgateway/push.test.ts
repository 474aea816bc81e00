import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Pushgateway } from '../../../src/config/sections/deliveries.ts';
import { deleteSourceGroup } from '../../../src/deliver/pushgateway/groups.ts';
import type { MetricGroup } from '../../../src/deliver/pushgateway/metric.ts';
import { groupUrl, pushGroups } from '../../../src/deliver/pushgateway/push.ts';
import { SourceError } from '../../../src/errors.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { type Loopback, listen, testCertificate } from '../../support/loopback.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const group: MetricGroup = {
  method: 'PUT',
  key: { job: 'strandline', source: 'nas/nas01' },
  metrics: [{ name: 'strandline_findings', help: 'Findings.', samples: [{ labels: { check: 'a"b\n' }, value: 3 }] }],
};

describe('[U] deliver/pushgateway/push', () => {
  let server: Loopback;
  let seen: Seen[];
  let statusOf: (url: string) => number | 'hang';
  let folder: string;
  const deps = { logger: silentLogger };

  beforeEach(async () => {
    seen = [];
    statusOf = () => 200;
    folder = await mkdtemp(join(tmpdir(), 'push-'));
    server = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
        const { method = '', url = '' } = request;
        seen.push({ method, url, authorization: request.headers.authorization, body: body.toString() });
        const status = statusOf(url);
        if (status !== 'hang') response.writeHead(status).end();
      });
    });
  });

  afterEach(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('sends a group compressed, its key in base64, its text escaped', async () => {
    await pushGroups([group], Pushgateway.parse({ url: `${server.url}/` }), deps);

    const [call] = seen;
    assert.equal(call?.method, 'PUT');
    assert.equal(call?.url, '/metrics/job/strandline/source@base64/bmFzL25hczAx');
    assert.match(call?.body ?? '', /^strandline_findings\{check="a\\"b\\n"\} 3$/m);
  });

  it('says which group could not be written as text, compressed or not, and sends the others', async () => {
    const broken: MetricGroup = {
      ...group,
      metrics: [
        { name: 'strandline_findings', help: 'Findings.', samples: [{ labels: { 'not a name': '' }, value: 1 }] },
      ],
    };
    for (const gzip of [true, false]) {
      seen = [];
      await assert.rejects(
        pushGroups([broken, group], Pushgateway.parse({ url: server.url, gzip }), deps),
        ({ errors }: AggregateError) => errors.length === 1 && /label name/i.test(String(errors[0])),
      );
      assert.equal(seen.length, 1);
    }
  });

  it('sends plain text when compression is off', async () => {
    await pushGroups([group], Pushgateway.parse({ url: server.url, gzip: false }), deps);

    assert.match(seen[0]?.body ?? '', /strandline_findings/);
  });

  it('logs in by password or by token, read from their files', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'open sesame\n');

    await pushGroups([group], Pushgateway.parse({ url: server.url, username: 'u', passwordFile: file }), deps);
    await pushGroups([group], Pushgateway.parse({ url: server.url, tokenFile: file }), deps);

    assert.deepEqual(
      seen.map(({ authorization }) => authorization),
      [`Basic ${Buffer.from('u:open sesame').toString('base64')}`, 'Bearer open sesame'],
    );
  });

  it('sends the other groups when one is refused, and then says which failed', async () => {
    const other: MetricGroup = { ...group, key: { job: 'strandline', source: 'cluster/prod' } };
    statusOf = (url) => (url === new URL(groupUrl(server.url, group.key)).pathname ? 400 : 200);

    await assert.rejects(pushGroups([group, other], Pushgateway.parse({ url: server.url }), deps), (error) => {
      assert.ok(error instanceof AggregateError);
      assert.equal(error.errors.length, 1);
      assert.ok(error.errors[0] instanceof SourceError);
      return true;
    });
    assert.equal(seen.length, 2);
  });

  it('trusts a Pushgateway by a CA of its own, and no other', async () => {
    const { key, cert } = await testCertificate();
    const secure = await listen((_, response) => response.end(), { key, cert });
    const caFile = join(folder, 'ca.pem');
    await writeFile(caFile, cert);
    const url = secure.url.replace('127.0.0.1', 'localhost');

    await pushGroups([group], Pushgateway.parse({ url, tls: { caFile } }), deps);
    await assert.rejects(pushGroups([group], Pushgateway.parse({ url }), deps), /1 of 1 groups/);
    await secure.close();
  });

  it('tries a server error again', async () => {
    statusOf = () => (seen.length < 2 ? 503 : 200);

    await pushGroups([group], Pushgateway.parse({ url: server.url }), deps);

    assert.equal(seen.length, 2);
  });

  it('gives up on a gateway that does not answer', async () => {
    statusOf = () => 'hang';

    await assert.rejects(
      pushGroups([group], Pushgateway.parse({ url: server.url, timeout: '200ms' }), deps),
      (error) => error instanceof AggregateError && (error.errors[0] as SourceError).kind === 'timeout',
    );
  });

  it('deletes the group of a retired source', async () => {
    await deleteSourceGroup('cluster/old', Pushgateway.parse({ url: server.url }), deps);

    assert.deepEqual(
      [seen[0]?.method, seen[0]?.url],
      ['DELETE', '/metrics/job/strandline/source@base64/Y2x1c3Rlci9vbGQ'],
    );
  });
});
