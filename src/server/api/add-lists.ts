import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { keyOfView, type View } from '../auth/caller.ts';
import type { Shown } from '../board.ts';
import type { ServerContext } from '../context.ts';
import { problemResponses } from '../problem.ts';
import { askShown, askView } from './ask-view.ts';
import { buildCsv } from './build-csv.ts';
import { buildPage, selectItems } from './build-page.ts';
import { buildPageSchema, buildQuerySchema, type Collection, type ListQuery } from './collection.ts';
import { collections } from './collections.ts';

/** `GET /api/v1/NAME` for every collection. */
export function addLists(app: FastifyInstance, context: ServerContext): void {
  for (const collection of collections) {
    app.get<{ Querystring: ListQuery }>(
      `/api/v1/${collection.name}`,
      {
        schema: {
          operationId: `list-${collection.name}`,
          tags: ['results'],
          summary: collection.summary,
          querystring: buildQuerySchema(collection),
          response: {
            200: {
              description: collection.summary,
              content: {
                'application/json': { schema: buildPageSchema(collection) },
                'text/csv': { schema: z.string() },
              },
            },
            304: z.null().describe('Nothing is new'),
            ...problemResponses(400, 401, 403, 410, 429, 503),
          },
        },
      },
      async (request, reply) => {
        const view = await askView(request, context);
        return answer(collection, askShown(context), view, request, reply);
      },
    );
  }
}

function answer(
  collection: Collection,
  shown: Shown,
  view: View,
  request: FastifyRequest<{ Querystring: ListQuery }>,
  reply: FastifyReply,
): FastifyReply {
  const format = request.query.format ?? preferred(request.headers.accept);
  const query = { ...request.query, format };
  const key = JSON.stringify([collection.name, keyOfView(view), Object.entries(query).toSorted()]);
  const { id } = shown.result.scan;
  const etag = `W/"${createHash('sha256').update(`${id} ${key}`).digest('base64url').slice(0, 22)}"`;
  reply.headers({ etag, 'last-modified': new Date(shown.result.scan.finishedAt).toUTCString() });
  if (isKnown(request.headers['if-none-match'], etag)) return reply.status(304).send();
  const body = remembered(shown.made, key, largestAnswer, () => {
    const items = selected(collection, shown, view, query);
    return Buffer.from(
      format === 'csv'
        ? buildCsv(collection, items, query.fields)
        : JSON.stringify(buildPage(collection, shown.result, view, query, items)),
    );
  });
  return reply.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8').send(body);
}

/** All pages of a question share what was selected and sorted for the first. */
function selected(collection: Collection, shown: Shown, view: View, query: ListQuery): readonly object[] {
  const { limit: _limit, cursor: _cursor, fields: _fields, format: _format, ...wishes } = query;
  const key = JSON.stringify(['selected', collection.name, keyOfView(view), Object.entries(wishes).toSorted()]);
  return remembered(shown.made, key, Number.POSITIVE_INFINITY, () =>
    selectItems(collection, shown.result, view, query),
  );
}

function preferred(accept = ''): 'json' | 'csv' {
  return /\btext\/csv\b/.test(accept) && !/\bapplication\/json\b/.test(accept) ? 'csv' : 'json';
}

function isKnown(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((each) => each.trim() === etag) === true;
}

const mostAnswers = 1000;
const largestAnswer = 256 * 1024;

/** Many ask the same: what was made is kept until the next result, within bounds; the oldest goes first. */
function remembered<T extends { readonly length: number }>(
  made: Map<string, unknown>,
  key: string,
  largest: number,
  make: () => T,
): T {
  const known = made.get(key) as T | undefined;
  if (known !== undefined) return known;
  const value = make();
  if (value.length > largest) return value;
  made.set(key, value);
  const oldest = made.keys().next().value;
  if (made.size > mostAnswers && oldest !== undefined) made.delete(oldest);
  return value;
}
