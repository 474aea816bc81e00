import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { ScanResult } from '../../model/scan-result.ts';
import type { ReportFormat } from '../../run/service-ports.ts';
import { remember } from '../add-probes.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem, problemResponses } from '../problem.ts';
import { askShown, requireWholeView } from './ask-view.ts';

const mediaTypes: Readonly<Record<ReportFormat, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  'csv-volumes': 'text/csv; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  pdf: 'application/pdf',
};
const reportFormats = Object.keys(mediaTypes) as [ReportFormat, ...ReportFormat[]];

const Report = z.object({
  scanId: z.string(),
  startedAt: z.string(),
  finishedAt: z.string(),
  complete: z.boolean(),
  formats: z.array(z.enum(reportFormats)),
  href: z.string(),
});

/** Reports of scans in history, made when they are asked for. They speak of everything. */
export function addReports(app: FastifyInstance, context: ServerContext): void {
  const { ports } = context;
  app.get<{ Querystring: { limit: number } }>(
    '/api/v1/reports',
    {
      schema: {
        ...{
          operationId: 'list-reports',
          tags: ['reports'],
          summary: 'Scans of which a report can be made, newest first',
        },
        querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
        response: {
          200: z.object({ total: z.number().int(), items: z.array(Report) }),
          ...problemResponses(400, 401, 403, 429, 503),
        },
      },
    },
    async (request) => {
      await requireWholeView(request, context);
      const scans = (await ports.scans()).toReversed();
      const items = scans.slice(0, request.query.limit).map(({ id, startedAt, finishedAt, complete }) => ({
        ...{ scanId: id, startedAt, finishedAt, complete },
        ...{ formats: reportFormats, href: `/api/v1/reports/${id}` },
      }));
      return { total: scans.length, items };
    },
  );
  app.get<{ Params: { scanId: string }; Querystring: { format: ReportFormat } }>(
    '/api/v1/reports/:scanId',
    {
      schema: {
        ...{ operationId: 'get-report', tags: ['reports'], summary: 'A report; `latest` for the newest' },
        params: z.object({ scanId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/) }),
        querystring: z.strictObject({ format: z.enum(reportFormats).default('html') }),
        response: {
          200: {
            description: 'The report',
            content: Object.fromEntries(
              [...new Set(Object.values(mediaTypes).map((type) => type.split(';')[0] ?? ''))].map((type) => [
                type,
                { schema: z.unknown() },
              ]),
            ),
          },
          ...problemResponses(400, 401, 403, 404, 429, 503),
        },
      },
    },
    async (request, reply) => {
      await requireWholeView(request, context);
      const { format } = request.query;
      const body = await render(request.params.scanId, format, context);
      if (format === 'html') reply.header('content-security-policy', reportPolicy);
      return reply.type(mediaTypes[format]).send(body);
    },
  );
}

const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'";

async function render(scanId: string, format: ReportFormat, context: ServerContext): Promise<string | Buffer> {
  const { board, ports } = context;
  if (scanId === 'latest' || scanId === board.shown?.result.scan.id) {
    const { result, made } = askShown(context);
    return remember(made, `report ${format}`, () => ports.render(result, format));
  }
  const result: ScanResult | undefined = await ports.result(scanId);
  if (result === undefined)
    throw new HttpProblem(404, 'no result of this scan is stored', 'List them: /api/v1/reports.');
  return ports.render(result, format);
}
