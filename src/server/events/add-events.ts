import type { FastifyInstance } from 'fastify';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { severities } from '../../model/finding.ts';
import { askView } from '../api/ask-view.ts';
import { commaList } from '../api/collection.ts';
import { isFromOurPage } from '../auth/credentials.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem, problemResponses } from '../problem.ts';
import { eventKinds } from './event.ts';
import { serveSocket } from './serve-socket.ts';

export const Subscription = z.strictObject({
  kinds: commaList(eventKinds).optional().describe('Only these kinds of events.'),
  minSeverity: z.enum(severities).optional().describe('Findings of this severity and above.'),
  namespaces: z.string().min(1).max(1000).optional().describe('Findings of these namespaces (`CLUSTER/NAMESPACE`).'),
  lastEventId: z.string().max(100).optional().describe('Goes on after this event.'),
});
export type Subscription = z.infer<typeof Subscription>;

/** `GET /api/v1/events` as a WebSocket. */
export function addEvents(app: FastifyInstance, context: ServerContext): void {
  const sockets = new Set<WebSocket>();
  app.route<{ Querystring: Subscription }>({
    method: 'GET',
    url: '/api/v1/events',
    schema: {
      ...{ operationId: 'events', tags: ['events'], summary: 'What happens, as it happens (WebSocket)' },
      querystring: Subscription,
      response: {
        101: z.null().describe('JSON messages follow'),
        ...problemResponses(400, 401, 403, 426, 429, 503),
      },
    },
    preHandler: async (request) => {
      if (request.headers.upgrade?.toLowerCase() !== 'websocket')
        throw new HttpProblem(426, 'this address speaks WebSocket', undefined, {
          upgrade: 'websocket',
          connection: 'upgrade',
        });
      refuseForeignPages(request, context);
      if (sockets.size >= context.config.serve.subscribers)
        throw new HttpProblem(503, 'too many subscribers', 'Try again later, or raise serve.subscribers.');
      request.view = await askView(request, context);
    },
    handler: () => {
      throw new HttpProblem(426, 'this address speaks WebSocket');
    },
    wsHandler: (socket, request) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      serveSocket(socket, request, context);
    },
  });
}

/** Browsers let any page open a WebSocket to anywhere, and send what cookies there are: `Origin` tells which page it is. */
function refuseForeignPages(request: Parameters<typeof isFromOurPage>[0], { config }: ServerContext): void {
  const { origin } = request.headers;
  if (origin === undefined || isFromOurPage(request) || config.serve.corsOrigins.includes(origin)) return;
  throw new HttpProblem(
    403,
    'another page has opened this connection',
    'Add its origin to serve.corsOrigins if it may.',
  );
}
