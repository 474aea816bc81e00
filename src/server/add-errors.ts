import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { ServerContext } from './context.ts';
import { HttpProblem, problemType, titles, toProblem } from './problem.ts';

/** Every answer that says no has one shape. What is our error is logged whole, and told only by its id. */
export function addErrors(app: FastifyInstance, { log }: ServerContext): void {
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, 404, 'there is nothing at this address'));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof HttpProblem) {
      reply.headers(error.headers);
      return sendProblem(request, reply, error.status, error.message, error.remedy);
    }
    if (error.validation !== undefined) return sendProblem(request, reply, 400, describeValidation(error), lookAtDocs);
    if (error instanceof AppError) {
      log.error({ stage: 'serve', requestId: request.id, err: error }, 'a request could not be answered');
      return sendProblem(request, reply, 503, error.message, error.remedy);
    }
    const status = error.statusCode ?? 500;
    if (status >= 400 && status < 500) return sendProblem(request, reply, status, error.message);
    log.error({ stage: 'serve', requestId: request.id, err: error }, 'a request failed');
    return sendProblem(request, reply, 500, 'an error of the service', 'Report the request id: the log says more.');
  });
}

const lookAtDocs = 'Look at /api/openapi.json for what this address takes.';

export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  detail: string,
  remedy?: string,
) {
  return reply
    .status(status)
    .type(problemType)
    .send(JSON.stringify(toProblem(status, detail, request.id, remedy)));
}

/** What Node itself refuses, before there is a request. */
export function answerBrokenRequest({ code }: ConnectionError, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return;
  const [status, detail] = broken[code] ?? [400, 'the request cannot be read'];
  const body = JSON.stringify(toProblem(status, detail, randomUUID()));
  const head = `HTTP/1.1 ${status} ${titles[status]}\r\ncontent-type: ${problemType}\r\nconnection: close`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const broken: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers and address together are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come in time'],
};

function describeValidation({ validation = [], validationContext }: FastifyError): string {
  const first = validation[0];
  const place = first?.instancePath.replace(/^\//, '').replaceAll('/', '.') ?? '';
  return `${validationContext ?? 'request'}${place === '' ? '' : `, ${place}`}: ${first?.message ?? 'is not valid'}`;
}
