// The service with a result of 10,000 volumes, and an empty handler beside it: the child process of serve.ts.
import fastify from 'fastify';
import { buildSourceGroups } from '../../src/deliver/pushgateway/build.ts';
import { formatMetrics } from '../../src/deliver/pushgateway/format.ts';
import { mergeGroups } from '../../src/deliver/pushgateway/text-file.ts';
import { startService } from '../support/serve.ts';
import { makeLargeResult } from './large-result.ts';

const volumes = 10_000;

const service = await startService({
  results: [makeLargeResult(volumes)],
  serve: { requestsPerMinute: 100_000_000 },
  ports: {
    metrics: (result) =>
      formatMetrics(mergeGroups(buildSourceGroups(result, { perVolume: { enabled: true, cap: volumes } }))),
  },
});
const empty = fastify();
empty.get('/', async () => ({ status: 'ok' }));
const emptyUrl = await empty.listen({ host: '127.0.0.1', port: 0 });
const token = await service.token({ exp: Math.floor(Date.now() / 1000) + 7200 });
process.send?.({ url: service.url, emptyUrl, token });
process.on('message', (message) => {
  if (message === 'memory') process.send?.({ rssBytes: process.memoryUsage.rss() });
  if (message === 'scan') void service.get('/api/v1/scans', { method: 'POST' });
});
