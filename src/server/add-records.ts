import type { FastifyInstance, FastifyRequest } from 'fastify';
import { traced } from '../util/trace.ts';
import type { ServerContext } from './context.ts';

/** Request id, security headers, audit and metrics: the same for every answer. */
export function addRecords(app: FastifyInstance, { audit, metrics, isDraining }: ServerContext): void {
  app.decorateRequest('caller', undefined);
  app.decorateRequest('view', undefined);
  app.decorateRequest('token', undefined);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...securityHeaders, 'x-request-id': request.id });
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
    if (isDraining()) reply.header('connection', 'close');
  });
  traceRequests(app);
  app.addHook('onResponse', async (request, { statusCode, elapsedTime }) => {
    const route = routeOf(request);
    metrics.observe({ method: request.method, route, status: statusCode, seconds: elapsedTime / 1000 });
    if (request.routeOptions.config.isPublic === true && statusCode < 400) return;
    audit({
      requestId: request.id,
      method: request.method,
      route,
      status: statusCode,
      address: request.ip,
      ...(request.caller !== undefined && { user: request.caller.name, via: request.caller.via }),
      durationMs: Math.round(elapsedTime),
    });
  });
}

/** One span per request, as long as the answer takes. What the route calls stands below it. */
function traceRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const parent = request.headers['traceparent'];
    const ended = new Promise((resolve) => reply.raw.once('close', resolve));
    const attributes = { 'http.request.method': request.method, 'http.route': routeOf(request) };
    const facts = { kind: 'request', attributes, parent: typeof parent === 'string' ? parent : undefined } as const;
    void traced(`${request.method} ${routeOf(request)}`, facts, async (span) => {
      done();
      await ended;
      span.note({ 'http.response.status_code': reply.statusCode });
    });
  });
}

/** Never the address itself: it would give as many series as there are addresses. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? '(none)';
}

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin', // no-referrer would make `Origin` null in the form of the login
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'private, no-cache',
  vary: 'authorization, cookie, accept',
};
