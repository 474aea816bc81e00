import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { readPackageFacts } from '../../package-facts.ts';
import { remember } from '../add-probes.ts';
import { askView } from '../api/ask-view.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';
import { addSession } from './add-session.ts';
import { pagePolicy } from './login-page.ts';

/** `/`: the report of the latest result, kept up to date by its script; and the login that a browser needs for it. */
export function addPage(app: FastifyInstance, context: ServerContext): void {
  const { board, ports } = context;
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
    // Not even the Back button shows it to who comes after a logout.
    const headers = { 'content-security-policy': pagePolicy, 'cache-control': 'no-store' };
    reply.headers(headers).type('text/html; charset=utf-8');
    if (shown === undefined) return reply.send(emptyPage);
    return reply.send(await remember(shown.made, 'page', () => ports.renderLive(shown.result)));
  });
  addSession(app, context);
}

const useTheApi = 'Ask /api/v1/findings: it shows what is yours.';

const emptyPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Strandline: no result yet</title>
<link rel="stylesheet" href="live.css"><script type="module" src="live.js"></script></head>
<body class="login"><main id="main"><h1>No result yet</h1>
<section id="live" class="live" aria-label="Live"><div class="run"><button type="button" id="live-scan">Scan now</button>
<p id="live-state" role="status">Connecting …</p><progress id="live-progress" aria-label="Progress of the scan" hidden></progress>
<form method="post" action="logout"><button type="submit">Log out</button></form></div></section>
</main></body></html>
`;
