import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { addErrors, answerBrokenRequest, sendProblem } from './add-errors.ts';
import { addProbes } from './add-probes.ts';
import { addRecords } from './add-records.ts';
import { addLists } from './api/add-lists.ts';
import { addOpenApi } from './api/add-open-api.ts';
import { addReports } from './api/add-reports.ts';
import { addScans } from './api/add-scans.ts';
import { addLogin } from './auth/add-login.ts';
import type { ServerContext } from './context.ts';
import { addEvents } from './events/add-events.ts';
import { addPage } from './page/add-page.ts';
import { refuseOtherMethods } from './refuse-other-methods.ts';

/** All routes, none of them listening yet. Whatever does not say that it is public wants a token. */
export async function buildApp(context: ServerContext): Promise<FastifyInstance> {
  const app = fastify(serverOptions(context.config.serve));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const noteMethods = refuseOtherMethods(app);
  addErrors(app, context);
  addRecords(app, context);
  await addOpenApi(app, context);
  const { corsOrigins } = context.config.serve;
  if (corsOrigins.length > 0)
    await app.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'POST'],
      exposedHeaders: ['etag', 'location', 'x-request-id', 'retry-after'],
    });
  await app.register(compress, { encodings: ['br', 'gzip'], threshold: 1024, brotliOptions: { params: { 1: 4 } } });
  await app.register(websocket, {
    options: { maxPayload: 4096, perMessageDeflate: false },
    preClose: (done) => sayGoodbye(app.websocketServer, done),
  });
  await addLogin(app, context);
  addProbes(app, context);
  addLists(app, context);
  addScans(app, context);
  addReports(app, context);
  addEvents(app, context);
  addPage(app, context);
  noteMethods();
  return app;
}

/** Who does not answer the goodbye is cut off. */
function sayGoodbye(server: FastifyInstance['websocketServer'], done: () => void): void {
  for (const client of server.clients) client.close(1001, 'the replica is being stopped');
  const cut = setTimeout(() => {
    for (const client of server.clients) client.terminate();
  }, 2000);
  server.close(() => {
    clearTimeout(cut);
    done();
  });
}

const maxBodyBytes = 16 * 1024;

/** Whoever sends slowly, or more than anybody needs, is cut off. */
function serverOptions({ certFile, keyFile, trustProxy }: ServerContext['config']['serve']): FastifyServerOptions {
  const limits = { maxHeaderSize: 16 * 1024, headersTimeout: 10_000, connectionsCheckingInterval: 2000 };
  const tls: ServerOptions | undefined =
    certFile === undefined || keyFile === undefined
      ? undefined
      : { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.2', ...limits };
  return {
    logger: false,
    trustProxy,
    bodyLimit: maxBodyBytes,
    requestTimeout: 15_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, error.statusCode ?? 400, error.message),
    genReqId: ({ headers }) => correlationId(headers['x-request-id']) ?? randomUUID(),
    ...(tls === undefined ? { http: limits } : { https: tls }),
  } as FastifyServerOptions;
}

/** Another system's id is carried on when it is harmless to write down. */
function correlationId(given: string | readonly string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given) ? given : undefined;
}
