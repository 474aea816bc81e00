import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { readPackageFacts } from '../../package-facts.ts';
import { remember } from '../add-probes.ts';
import { askView } from '../api/ask-view.ts';
import { isFromOurPage, sessionCookie } from '../auth/credentials.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';
import { loginPage, pagePolicy } from './login-page.ts';

/** `/`: the report of the latest result, kept up to date by its script; and the login that a browser needs for it. */
export function addPage(app: FastifyInstance, context: ServerContext): void {
  const { board, ports, authenticator } = context;
  const folder = join(readPackageFacts().root, 'templates', 'live');
  const files = [
    ['live.js', 'text/javascript; charset=utf-8'],
    ['live.css', 'text/css; charset=utf-8'],
  ] as const;
  for (const [name, type] of files) {
    const content = readFileSync(join(folder, name), 'utf8');
    app.get(`/${name}`, { config: { isPublic: true }, schema: { hide: true } }, async (_request, reply) =>
      reply.type(type).send(content),
    );
  }
  app.get('/', { config: { isPage: true }, schema: { hide: true } }, async (request, reply) => {
    const view = await askView(request, context);
    if (!view.isAll)
      throw new HttpProblem(403, 'this page speaks of everything, and you see only some namespaces', useTheApi);
    const { shown } = board;
    reply.header('content-security-policy', pagePolicy).type('text/html; charset=utf-8');
    if (shown === undefined) return reply.send(emptyPage);
    return reply.send(await remember(shown.made, 'page', () => ports.renderLive(shown.result)));
  });
  addSession(app, authenticator);
}

const useTheApi = 'Ask /api/v1/findings: it shows what is yours.';

/** The token goes into a cookie that scripts cannot read and other sites do not send. */
function addSession(app: FastifyInstance, authenticator: ServerContext['authenticator']): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
  app.post<{ Body: { token?: string } | null }>(
    '/session',
    { config: { isPublic: true, rateLimit: { max: 30, timeWindow: 60_000 } }, schema: { hide: true } },
    async (request, reply) => {
      if (!isFromOurPage(request)) throw new HttpProblem(403, 'another page has sent this login');
      const token = request.body?.token?.trim() ?? '';
      const isWellFormed = /^[A-Za-z0-9._~+/=-]+$/.test(token);
      const caller = isWellFormed ? await authenticator.authenticate(token) : undefined;
      if (caller === undefined) return loginPage(reply.status(401), true);
      const secure = request.protocol === 'https' ? '; Secure' : '';
      const age =
        caller.expiresAtMs === undefined ? '' : `; Max-Age=${Math.floor((caller.expiresAtMs - Date.now()) / 1000)}`;
      return reply
        .header('set-cookie', `${sessionCookie}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${age}`)
        .redirect('./', 303);
    },
  );
}

const emptyPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Strandline: no result yet</title>
<link rel="stylesheet" href="live.css"><script type="module" src="live.js"></script></head>
<body class="login"><main id="main"><h1>No result yet</h1>
<section id="live" class="live" aria-label="Live"><button type="button" id="live-scan">Scan now</button>
<p id="live-state" role="status">Connecting …</p><progress id="live-progress" aria-label="Progress of the scan" hidden></progress></section>
</main></body></html>
`;
