import {
  type Attributes,
  type Context,
  context,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

/**
 * Spans, where src/telemetry/traces.ts has switched them on; nothing at all otherwise. Names and attributes hold methods, paths
 * and counts: never a parameter, a body, a header or the text of an error.
 */
export interface SpanFacts {
  readonly kind?: 'inside' | 'call' | 'request';
  readonly attributes?: Attributes;
  /** `traceparent` of whoever asked; without one the span belongs to what is under way here. */
  readonly parent?: string | undefined;
}

export interface TracedSpan {
  note(attributes: Attributes): void;
}

const kinds = { inside: SpanKind.INTERNAL, call: SpanKind.CLIENT, request: SpanKind.SERVER };

export function traced<T>(name: string, facts: SpanFacts, work: (span: TracedSpan) => Promise<T>): Promise<T> {
  const { kind = 'inside', attributes = {}, parent } = facts;
  const from = parent === undefined ? context.active() : withParent(parent);
  return trace.getTracer('strandline').startActiveSpan(name, { kind: kinds[kind], attributes }, from, async (span) => {
    try {
      return await work({ note: (more) => span.setAttributes(more) });
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  });
}

/** What an outgoing call carries on, so that the other side's spans join ours. Empty when nothing is traced. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined || !trace.isSpanContextValid(span)) return {};
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${span.traceId}-${span.spanId}-${flags}` };
}

function withParent(traceparent: string): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return context.active();
  const traceFlags = Number.parseInt(flags ?? '0', 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(context.active(), { traceId, spanId, traceFlags, isRemote: true });
}
