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

/** What the service says about itself; what a scan found comes from the result. */
export function createServerMetrics(sources: {
  readonly subscribers: () => number;
  readonly isScanning: () => boolean;
}): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const seconds = new Histogram({
    name: 'strandline_http_request_duration_seconds',
    help: 'How long answers took.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  new Gauge({
    name: 'strandline_http_subscribers',
    help: 'WebSocket connections that are open.',
    registers,
    collect() {
      this.set(sources.subscribers());
    },
  });
  new Gauge({
    name: 'strandline_scan_running',
    help: '1 while this replica scans.',
    registers,
    collect() {
      this.set(Number(sources.isScanning()));
    },
  });
  const refused = new Counter({
    name: 'strandline_http_refused_total',
    help: 'Requests that were refused: no or wrong login, no right, too many.',
    labelNames: ['status'],
    registers,
  });
  return {
    observe({ method, route, status, seconds: took }) {
      seconds.observe({ method, route, status: String(status) }, took);
      if (status === 401 || status === 403 || status === 429) refused.inc({ status: String(status) });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
