import type { Meter } from '@opentelemetry/api';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface ServerMetrics {
  observe(request: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  text(): Promise<string>;
  readonly contentType: string;
}

interface Sources {
  readonly subscribers: () => number;
  readonly isScanning: () => boolean;
}

const requestSeconds = {
  name: 'strandline_http_request_duration_seconds',
  help: 'How long answers took.',
  buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
};
const refusals = {
  name: 'strandline_http_refused_total',
  help: 'Requests that were refused: no or wrong login, no right, too many.',
};
const gauges = [
  {
    name: 'strandline_http_subscribers',
    help: 'WebSocket connections that are open.',
    read: ({ subscribers }: Sources) => subscribers(),
  },
  {
    name: 'strandline_scan_running',
    help: '1 while this replica scans.',
    read: ({ isScanning }: Sources) => Number(isScanning()),
  },
];

type Observe = ServerMetrics['observe'];

/**
 * What the service says about itself; what a scan found comes from the result. Prometheus reads it at /metrics, and with
 * a `meter` OpenTelemetry is sent the same under the same names.
 */
export function createServerMetrics(sources: Sources, meter?: Meter): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const observers = [toPrometheus(registry, sources), ...(meter === undefined ? [] : [toOtel(meter, sources)])];
  return {
    observe(request) {
      for (const observe of observers) observe(request);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function toPrometheus(registry: Registry, sources: Sources): Observe {
  const registers = [registry];
  const seconds = new Histogram({ ...requestSeconds, labelNames: ['method', 'route', 'status'], registers });
  const refused = new Counter({ ...refusals, labelNames: ['status'], registers });
  for (const { name, help, read } of gauges) {
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read(sources));
      },
    });
  }
  return ({ method, route, status, seconds: took }) => {
    seconds.observe({ method, route, status: String(status) }, took);
    if (isRefusal(status)) refused.inc({ status: String(status) });
  };
}

function toOtel(meter: Meter, sources: Sources): Observe {
  const seconds = meter.createHistogram(requestSeconds.name, {
    description: requestSeconds.help,
    unit: 's',
    advice: { explicitBucketBoundaries: requestSeconds.buckets },
  });
  const refused = meter.createCounter(refusals.name, { description: refusals.help });
  for (const { name, help, read } of gauges)
    meter
      .createObservableGauge(name, { description: help })
      .addCallback((observation) => observation.observe(read(sources)));
  return ({ method, route, status, seconds: took }) => {
    seconds.record(took, { method, route, status: String(status) });
    if (isRefusal(status)) refused.add(1, { status: String(status) });
  };
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 429;
}
