import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { View } from '../auth/caller.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem, problemResponses } from '../problem.ts';
import type { ScanJob } from '../scans/scanner.ts';
import { askView } from './ask-view.ts';

const Scan = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  trigger: z.enum(['schedule', 'request', 'elsewhere']),
  startedAt: z.string(),
  finishedAt: z.string().optional(),
  complete: z.boolean().optional(),
  step: z.string().optional(),
  problems: z.array(z.object({ kind: z.string(), message: z.string(), remedy: z.string().optional() })),
});
type Scan = z.infer<typeof Scan>;

const tags = ['scans'];
const scanId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

/** Scans that were, and the one that runs. */
export function addScans(app: FastifyInstance, context: ServerContext): void {
  app.get<{ Querystring: { limit: number; state?: Scan['state'] } }>(
    '/api/v1/scans',
    {
      schema: {
        ...{ operationId: 'list-scans', tags, summary: 'Scans, newest first' },
        querystring: z.strictObject({
          limit: z.coerce.number().int().min(1).max(1000).default(100),
          state: Scan.shape.state.optional(),
        }),
        response: {
          200: z.object({ total: z.number().int(), items: z.array(Scan) }),
          ...problemResponses(400, 401, 403, 429, 503),
        },
      },
    },
    async (request) => {
      const view = await askView(request, context);
      const { limit, state } = request.query;
      const scans = (await listScans(context, view)).filter((scan) => state === undefined || scan.state === state);
      return { total: scans.length, items: scans.slice(0, limit) };
    },
  );
  app.get<{ Params: { scanId: string } }>(
    '/api/v1/scans/:scanId',
    {
      schema: {
        ...{ operationId: 'get-scan', tags, summary: 'One scan' },
        params: z.object({ scanId }),
        response: { 200: Scan, ...problemResponses(400, 401, 403, 404, 429, 503) },
      },
    },
    async (request) => {
      const view = await askView(request, context);
      const found = (await listScans(context, view)).find(({ id }) => id === request.params.scanId);
      if (found === undefined) throw new HttpProblem(404, 'there is no scan of this id', 'List them: /api/v1/scans.');
      return found;
    },
  );
  app.post(
    '/api/v1/scans',
    {
      schema: {
        ...{ operationId: 'start-scan', tags, summary: 'Starts a scan' },
        response: {
          202: {
            description: 'It runs; `Location` tells how it goes',
            content: { 'application/json': { schema: Scan } },
          },
          ...problemResponses(400, 401, 403, 409, 413, 415, 429, 503),
        },
      },
    },
    async (request, reply) => {
      if (request.caller === undefined || !(await context.rights.mayScan(request.caller)))
        throw new HttpProblem(403, 'no right to start a scan', howToScan);
      if (context.isDraining())
        throw new HttpProblem(503, 'this replica is being stopped', 'Try again: another one answers.');
      const job = await context.scanner.start('request');
      if (job === undefined)
        throw new HttpProblem(409, 'a scan is running already', 'Wait for it: GET /api/v1/scans?state=running.');
      return reply.status(202).header('location', `/api/v1/scans/${job.id}`).send(job);
    },
  );
}

const howToScan = 'Grant `create` on the URL /strandline/scans by RBAC, or set `scan: true` in serve.auth.grants.';

/** Those of this replica with all that is known, and those of history that others made. Problems name what is others’. */
async function listScans(
  { scanner, ports }: Pick<ServerContext, 'scanner' | 'ports'>,
  view: View,
): Promise<readonly Scan[]> {
  const own = scanner.jobs.map((job: ScanJob): Scan => ({ ...job, problems: view.isAll ? [...job.problems] : [] }));
  const ids = new Set(own.map(({ id }) => id));
  const stored = (await ports.scans())
    .filter(({ id }) => !ids.has(id))
    .map(
      ({ id, startedAt, finishedAt, complete }): Scan => ({
        ...{ id, startedAt, finishedAt, complete },
        ...{ state: 'done', trigger: 'elsewhere', problems: [] },
      }),
    );
  return [...own, ...stored].toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}
