import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ServerContext } from './context.ts';
import { HttpProblem, problemResponses } from './problem.ts';

const State = z.object({ status: z.string() });

/** For the kubelet and Prometheus. Only the first two answer without a token, and they tell nothing. */
export function addProbes(
  app: FastifyInstance,
  { board, ports, metrics, rights, version, isDraining }: ServerContext,
): void {
  const health = { tags: ['operation'], security: [], response: { 200: State } };
  app.get(
    '/healthz',
    { config: { isPublic: true }, schema: { ...health, summary: 'The process answers' } },
    async () => ({
      status: 'ok',
    }),
  );
  app.get(
    '/readyz',
    {
      config: { isPublic: true },
      schema: { ...health, summary: 'Requests may come', response: { 200: State, ...problemResponses(503) } },
    },
    async () => {
      if (isDraining()) throw new HttpProblem(503, 'this replica is being stopped');
      if (!board.isReady) throw new HttpProblem(503, 'history was not read yet');
      return { status: 'ok' };
    },
  );
  app.get(
    '/version',
    {
      schema: {
        ...{ tags: ['operation'], summary: 'Version of the service' },
        response: {
          200: z.object({ name: z.literal('strandline'), version: z.string() }),
          ...problemResponses(401, 429, 503),
        },
      },
    },
    async () => ({ name: 'strandline' as const, version }),
  );
  app.get(
    '/metrics',
    {
      schema: {
        ...{ tags: ['operation'], summary: 'Metrics for Prometheus' },
        response: {
          200: { description: 'Prometheus text', content: { 'text/plain': { schema: z.string() } } },
          ...problemResponses(401, 403, 429, 503),
        },
      },
    },
    async (request, reply) => {
      if (request.caller === undefined || !(await rights.mayReadMetrics(request.caller)))
        throw new HttpProblem(403, 'no right to the metrics', 'Grant `get` on the URL /metrics by RBAC.');
      const { shown } = board;
      const ofResult =
        shown === undefined ? '' : await remember(shown.made, 'metrics', () => ports.metrics(shown.result));
      return reply.type(metrics.contentType).send(`${await metrics.text()}${ofResult}`);
    },
  );
}

/** Made once per result, and shared by those who ask at the same time. */
export function remember<T>(made: Map<string, unknown>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const value = make();
  made.set(key, value);
  value.catch(() => made.delete(key));
  return value;
}
