import assert from 'node:assert/strict';
import { listenForOtlp, type OtlpReceiver, type ReceivedMetric, type ReceivedSpan } from '../support/otlp.ts';
import { type Service, startService } from '../support/serve.ts';
import { waitFor } from '../support/wait-for.ts';

describe('[U] telemetry/metrics', () => {
  let receiver: OtlpReceiver;
  let service: Service;
  beforeEach(async () => {
    receiver = await listenForOtlp();
  });
  afterEach(async () => {
    await service.close();
    await receiver.close();
  });

  const serve = async (otel: Record<string, unknown> = { enabled: true, interval: '1s' }) => {
    service = await startService({ otel: { endpoint: receiver.url, ...otel } });
  };
  const newest = (name: string): ReceivedMetric | undefined =>
    receiver.exports.at(-1)?.find((one) => one.name === name);
  const labelsOf = ({ attributes }: { attributes: ReceivedSpan['attributes'] }) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, value['stringValue']]));

  it('sends what /metrics says of requests, under the same names, again and again', async () => {
    await serve();
    await service.get('/api/v1/findings?namespace=prod/hidden');
    await service.get('/api/v1/findings', { as: '' });
    await waitFor(() => newest('strandline_http_refused_total'));
    const seconds = newest('strandline_http_request_duration_seconds');
    const points = (seconds?.histogram?.dataPoints ?? []).filter(
      (point) => labelsOf(point)['route'] === '/api/v1/findings',
    );

    assert.equal(seconds?.unit, 's');
    assert.deepEqual(points.map((point) => [labelsOf(point)['status'], point.count]).toSorted(), [
      ['200', 1],
      ['401', 1],
    ]);
    assert.deepEqual(points[0]?.explicitBounds, [0.005, 0.02, 0.1, 0.5, 2, 10]);
    assert.deepEqual(
      newest('strandline_http_refused_total')?.sum?.dataPoints.map(({ asDouble }) => asDouble),
      [1],
    );
    assert.equal(newest('strandline_scan_running')?.gauge?.dataPoints.length, 1);
    assert.doesNotMatch(receiver.bodies.join(''), /hidden|Bearer/);
    const before = receiver.exports.length;
    await waitFor(() => receiver.exports.length > before || undefined);
  });

  it('the last requests before the end are sent too', async () => {
    await serve({ enabled: true, interval: '1h' });
    await service.get('/version');
    await service.close();

    const { dataPoints = [] } = newest('strandline_http_request_duration_seconds')?.histogram ?? {};
    assert.ok(dataPoints.some((point) => labelsOf(point)['route'] === '/version'));
  });

  it('sends nothing when it is off, and a collector that is gone harms nothing', async () => {
    await serve({ enabled: false, interval: '1s' });
    await service.get('/version');
    await service.close();
    assert.equal(receiver.connections(), 0);

    await receiver.close();
    await serve({ enabled: true, interval: '1h' });
    assert.equal((await service.get('/version')).status, 200);
    await service.close();
    receiver = await listenForOtlp();
  });
});
