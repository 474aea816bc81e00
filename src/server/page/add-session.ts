import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isFromOurPage, sessionCookie } from '../auth/credentials.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';
import { loginPage } from './login-page.ts';

/** Logging in and out with a browser: the token lives in a cookie that scripts cannot read and other sites do not send. */
export function addSession(app: FastifyInstance, { authenticator }: Pick<ServerContext, 'authenticator'>): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  const route = {
    config: { isPublic: true, rateLimit: { max: 30, timeWindow: 60_000 } },
    schema: { hide: true },
    preHandler: async (request: FastifyRequest) => {
      if (!isFromOurPage(request)) throw new HttpProblem(403, 'another page has sent this form');
    },
  };
  app.post<{ Body: { token?: string } | null }>('/session', route, async (request, reply) => {
    const token = request.body?.token?.trim() ?? '';
    const isWellFormed = /^[A-Za-z0-9._~+/=-]+$/.test(token);
    const caller = isWellFormed ? await authenticator.authenticate(token) : undefined;
    if (caller === undefined) return loginPage(reply.status(401), true);
    const { expiresAtMs } = caller;
    const ageSeconds = expiresAtMs === undefined ? undefined : Math.floor((expiresAtMs - Date.now()) / 1000);
    return reply.header('set-cookie', cookie(request, token, ageSeconds)).redirect('./', 303);
  });
  app.post('/logout', route, async (request, reply) =>
    reply.header('set-cookie', cookie(request, '', 0)).redirect('./', 303),
  );
}

function cookie({ protocol }: FastifyRequest, token: string, ageSeconds: number | undefined): string {
  const secure = protocol === 'https' ? '; Secure' : '';
  const age = ageSeconds === undefined ? '' : `; Max-Age=${ageSeconds}`;
  return `${sessionCookie}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${age}`;
}
