import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Config } from '../../../src/config/schema.ts';
import { deliverAll } from '../../../src/deliver/deliver-all.ts';
import { buildRunGroupOf, buildSourceGroups } from '../../../src/deliver/pushgateway/build.ts';
import { mergeGroups } from '../../../src/deliver/pushgateway/text-file.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { type Loopback, listen } from '../../support/loopback.ts';
import { makeRichResult } from '../../support/make-result.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

interface Request {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly description: string;
        readonly gauge: {
          readonly dataPoints: readonly { readonly asDouble: number; readonly attributes: readonly Attribute[] }[];
        };
      }[];
    }[];
  }[];
}

describe('[U] deliver/otel: metrics by OTLP/HTTP', () => {
  const folder = useTemporaryFolder();
  let server: Loopback;
  let seen: { readonly url: string; readonly token: unknown; readonly body: Request }[];
  let status: number;

  beforeEach(async () => {
    seen = [];
    status = 200;
    server = await listen((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
        const { url = '', headers } = request;
        seen.push({ url, token: headers['authorization'], body: JSON.parse(text.toString()) as Request });
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
  });
  afterEach(() => server.close());

  const deliver = (otel: object, result = makeRichResult(200)) =>
    deliverAll(Config.parse({ otel }), result, {
      logger: silentLogger,
      now: () => new Date('2026-11-23T05:01:00.000Z'),
      signal: new AbortController().signal,
      exitCode: 0,
    });

  it('sends every series once, with the labels and values that the Pushgateway gets', async () => {
    const result = makeRichResult(200);

    assert.deepEqual(await deliver({ enabled: true, endpoint: server.url }, result), []);

    const [sent] = seen;
    assert.equal(sent?.url, '/v1/metrics');
    const [resource] = sent?.body.resourceMetrics ?? [];
    assert.deepEqual(
      resource?.resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue,
      'strandline',
    );
    const got = (resource?.scopeMetrics ?? []).flatMap(({ metrics }) =>
      metrics.flatMap(({ name, gauge }) =>
        gauge.dataPoints.map(({ asDouble, attributes }) =>
          line(name, Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])), asDouble),
        ),
      ),
    );
    const run = {
      deployment: 'main',
      exitCode: 0,
      finishedAt: '2026-11-23T05:01:00.000Z',
      durationMs: result.scan.durationMs,
      failedDeliveries: 0,
    };
    const groups = [
      ...buildSourceGroups(result, { perVolume: { enabled: false, cap: 1 } }),
      buildRunGroupOf(result, run),
    ];
    const wanted = mergeGroups(groups).flatMap(({ name, samples }) =>
      samples.map(({ labels, value }) => line(name, labels, value)),
    );
    assert.ok(wanted.length > 100);
    assert.deepEqual(got.toSorted(), wanted.toSorted());
  });

  it('logs in with the headers of a file', async () => {
    const headersFile = folder.file('headers');
    writeFileSync(headersFile, 'Authorization: Bearer open-sesame\n\nX-Scope-OrgID: storage\n');

    await deliver({ enabled: true, endpoint: `${server.url}/`, headersFile });

    assert.equal(seen[0]?.token, 'Bearer open-sesame');
  });

  it('is a failed delivery when the collector refuses, and says what it answered', async () => {
    status = 400;

    const problems = await deliver({ enabled: true, endpoint: server.url });

    assert.match(problems[0]?.message ?? '', /^OpenTelemetry: the OpenTelemetry collector answered 400/);
    assert.equal(problems[0]?.kind, 'delivery');
  });

  it('sends nothing unless it is enabled', async () => {
    await deliver({ endpoint: server.url });

    assert.equal(seen.length, 0);
  });
});

function line(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${name} ${JSON.stringify(sorted)} ${value}`;
}
