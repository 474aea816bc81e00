import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { startEstateServers } from '../../src/cli/demo/estate-servers.ts';
import { Config } from '../../src/config/schema.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { startTracing, stopTracing } from '../../src/telemetry/traces.ts';
import { createHttpClient } from '../../src/util/http.ts';
import { traced } from '../../src/util/trace.ts';
import { listen } from '../support/loopback.ts';
import { listenForOtlp, type OtlpReceiver } from '../support/otlp.ts';
import { startService } from '../support/serve.ts';

describe('[U] telemetry/traces', () => {
  let receiver: OtlpReceiver;
  beforeEach(async () => {
    receiver = await listenForOtlp();
  });
  afterEach(async () => {
    await stopTracing();
    await receiver.close();
  });

  const start = () => {
    const config = Config.parse({ otel: { enabled: true, endpoint: receiver.url } });
    return startTracing(config, {}, silentLogger);
  };
  const called = (name: string) => receiver.spans.filter((span) => span.name === name);

  it('a scan arrives as one whole trace, with its stages and its calls, and without a secret', async function () {
    this.timeout(120_000);
    const servers = await startEstateServers(demoEstate(), { otel: { enabled: true, endpoint: receiver.url } });
    try {
      const args = ['scan', '--config', servers.configFile, '--no-pdf', '--out', join(servers.folder, 'out')];
      const main = join(import.meta.dirname, '../../src/main.ts');
      const env = { PATH: process.env['PATH'] ?? '', HOME: servers.folder };
      await promisify(execFile)(process.execPath, [main, ...args], { env }).catch(() => undefined); // exit 3 will do
      const ids = new Set(receiver.spans.map(({ spanId }) => spanId));
      const roots = receiver.spans.filter(({ parentSpanId }) => parentSpanId === undefined);

      assert.deepEqual(
        roots.map(({ name }) => name),
        ['strandline scan'],
      );
      assert.equal(new Set(receiver.spans.map(({ traceId }) => traceId)).size, 1);
      assert.deepEqual(
        receiver.spans.filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId)),
        [],
      );
      for (const stage of ['history.recall', 'collect.nas', 'collect.clusters', 'judge', 'read-again', 'conclude'])
        assert.equal(called(stage).length, 1, stage);
      assert.ok(called('pool.dataset.query').length > 0);
      assert.ok(called('GET /api/v1/persistentvolumes').length > 0);
      const secrets = [
        ...servers.clusters.map(({ token }) => token),
        ...servers.nases.map(({ state }) => readFileSync(join(servers.folder, `${state.name}.key`), 'utf8')),
      ];
      for (const secret of secrets) assert.ok(!receiver.bodies.some((body) => body.includes(secret)));
    } finally {
      await servers.close();
    }
  });

  it('carries the trace on to whom it calls', async () => {
    const seen: unknown[] = [];
    const other = await listen((request, response) => {
      seen.push(request.headers['traceparent']);
      response.end('{}');
    });
    const http = await createHttpClient({ system: 'test/other', timeoutMs: 5000 });
    await start();
    await traced('outer', {}, () => http.request({ url: `${other.url}/path?key=hidden` }));
    await stopTracing();
    http.close();
    await other.close();

    const [call] = called('GET /path');
    assert.equal(seen[0], `00-${call?.traceId}-${call?.spanId}-01`);
    assert.equal(call?.parentSpanId, called('outer')[0]?.spanId);
    assert.doesNotMatch(receiver.bodies.join(''), /hidden/);
  });

  it('a request of the service joins the trace of its caller', async () => {
    await start();
    const service = await startService();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await service.get('/api/v1/findings?namespace=prod/hidden', {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    await service.close();
    await stopTracing();

    const [span] = called('GET /api/v1/findings');
    assert.equal(span?.traceId, traceId);
    assert.equal(span?.parentSpanId, 'b7ad6b7169203331');
    assert.doesNotMatch(receiver.bodies.join(''), /hidden|Bearer/);
  });

  it('sends nothing and loads nothing when it is off, which it is by default', async () => {
    await startTracing(Config.parse({ otel: { endpoint: receiver.url } }), {}, silentLogger);
    await traced('outer', {}, async () => {});
    await stopTracing();

    assert.equal(receiver.connections(), 0);
  });

  it('a collector that does not answer harms nothing', async () => {
    await start();
    await receiver.close();

    assert.equal(await traced('outer', {}, async () => 'done'), 'done');
    await stopTracing();
    receiver = await listenForOtlp();
  });
});
