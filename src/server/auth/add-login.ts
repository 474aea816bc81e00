import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerContext } from '../context.ts';
import { loginPage } from '../page/login-page.ts';
import { HttpProblem } from '../problem.ts';
import { findCredentials, isFromOurPage } from './credentials.ts';
import { LoginFailures } from './failures.ts';

const howToLogIn =
  'Send `Authorization: Bearer TOKEN`, for example from `kubectl create token`, and look whether it has expired.';

/** Stands before every route, also before those that do not exist: what is not public wants a good token. */
export async function addLogin(app: FastifyInstance, { authenticator, config }: ServerContext): Promise<void> {
  const failures = new LoginFailures();
  app.addHook('onRequest', async (request, reply) => {
    const { isPublic, isPage } = request.routeOptions.config;
    if (isPublic === true) return;
    refuseForAWhile(failures, request);
    const credentials = findCredentials(request);
    if (credentials?.from === 'cookie' && !isSafe(request) && !isFromOurPage(request))
      throw new HttpProblem(403, 'another page has sent this request', 'Open the service itself, or send a token.');
    const caller = credentials && (await authenticator.authenticate(credentials.token));
    if (caller !== undefined) {
      request.caller = caller;
      request.token = credentials?.token;
      return;
    }
    if (credentials !== undefined) failures.add(request.ip);
    if (isPage === true && request.headers.authorization === undefined) {
      await loginPage(reply.status(401), credentials !== undefined);
      return;
    }
    throw new HttpProblem(401, 'no valid token', howToLogIn, { 'www-authenticate': 'Bearer realm="strandline"' });
  });
  await app.register(rateLimit, {
    hook: 'preHandler',
    max: config.serve.requestsPerMinute,
    timeWindow: 60_000,
    cache: 10_000,
    keyGenerator: ({ caller, ip }) => caller?.name ?? ip,
    allowList: (request) => request.routeOptions.config.isPublic === true && request.method === 'GET',
    errorResponseBuilder: (_request, { ttl }) =>
      new HttpProblem(
        429,
        'too many requests from this client',
        `Wait ${Math.ceil(ttl / 1000)} s, and ask less often.`,
      ),
  });
}

export function refuseForAWhile(failures: LoginFailures, { ip }: FastifyRequest): void {
  const seconds = failures.waitSeconds(ip);
  if (seconds === undefined) return;
  throw new HttpProblem(429, 'too many wrong tokens from this address', `Wait ${seconds} s.`, {
    'retry-after': String(seconds),
  });
}

/** A WebSocket is a GET, but one that a foreign page could listen at. */
function isSafe({ method, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined;
}
