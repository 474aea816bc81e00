import { type Span, SpanKind, type SpanOptions, type Tracer, trace } from '@opentelemetry/api';

/** What one run of the scan did, from its own spans: milliseconds by stage, and how often it asked. */
export interface Stages {
  readonly stagesMs: Record<string, number>;
  calls: number;
}

/** Spans of the same name add up. Calls are counted and not timed: they overlap. */
export function watchStages(): Stages {
  const watched: Stages = { stagesMs: {}, calls: 0 };
  const begin = (name: string, { kind }: SpanOptions): Span => {
    if (kind === SpanKind.CLIENT) watched.calls += 1;
    const started = performance.now();
    const span = trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 });
    span.end = () => {
      if (kind === SpanKind.CLIENT) return;
      watched.stagesMs[name] = Math.round((watched.stagesMs[name] ?? 0) + performance.now() - started);
    };
    return span;
  };
  const tracer = {
    startSpan: (name, options = {}) => begin(name, options),
    startActiveSpan: (name: string, options: SpanOptions, _context: unknown, work: (span: Span) => unknown) =>
      work(begin(name, options)),
  } as Tracer;
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  return watched;
}
