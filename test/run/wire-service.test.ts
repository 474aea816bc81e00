import assert from 'node:assert/strict';
import { Config } from '../../src/config/schema.ts';
import { openHistory } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { ServicePorts } from '../../src/run/service-ports.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { makeRichResult } from '../support/make-result.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] run/wire-service', function () {
  this.timeout(60_000);
  const folder = useTemporaryFolder();
  const rich = makeRichResult(30);
  const result = { ...rich, scan: { ...rich.scan, deployment: 'strandline' } };
  let service: ServicePorts;

  before(async () => {
    const location = { kind: 'directory' as const, directory: folder.file('history') };
    const store = await openHistory({ location, deployment: 'strandline', logger: silentLogger });
    await store.append(result);
    await store.close();
    const config = Config.parse({ history: { dir: folder.file('history') }, lock: { enabled: false } });
    const signal = new AbortController().signal;
    const deps = { logger: silentLogger, now: () => new Date(), signal, scanId: 'x', runId: 'x', progress: () => {} };
    service = await wirePorts().openService(config, deps);
  });
  after(() => service?.close());

  it('reads what a scan has left in history', async () => {
    const [scan] = await service.scans();

    assert.equal(scan?.id, result.scan.id);
    assert.deepEqual((await service.result(result.scan.id))?.findings, JSON.parse(JSON.stringify(result.findings)));
    assert.equal(await service.result('nothing'), undefined);
  });

  it('renders reports beside the thread that answers', async () => {
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 1);
    const [page, report, csv] = await Promise.all([
      service.renderLive(result),
      service.render(result, 'html'),
      service.render(result, 'csv'),
    ]);
    clearInterval(turning);

    assert.match(page, /id="live-scan"/);
    assert.doesNotMatch(page, /http-equiv="Content-Security-Policy"/);
    assert.match(String(report), /http-equiv="Content-Security-Policy"/);
    assert.equal(String(csv).trimEnd().split('\r\n').length, result.findings.length + 1);
    assert.ok(turns > 20, `${turns} turns`);
  });

  it('gives the metrics that the batch job pushes', async () => {
    const text = await service.metrics(result);

    for (const line of [
      /^strandline_findings\{source="cluster\/prod",check="/m,
      /^strandline_source_up\{/m,
      /^strandline_pool_/m,
    ])
      assert.ok(line.test(text), String(line));
  });

  it('asks no cluster when config names none', () => {
    assert.equal(service.reviews, undefined);
  });
});
