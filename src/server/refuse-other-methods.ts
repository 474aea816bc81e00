import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** 405 with `Allow` instead of 404, for every address that knows another method. To be finished when all routes stand. */
export function refuseOtherMethods(app: FastifyInstance): () => void {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const taken = known.get(url) ?? new Set();
    for (const each of [method].flat()) taken.add(each);
    known.set(url, taken);
  });
  return () => {
    for (const [url, taken] of [...known]) {
      const others = methods.filter((method) => !taken.has(method));
      if (others.length === 0 || url.includes('*') || url.startsWith('/api/docs')) continue;
      const allow = [...taken].join(', ');
      app.route({
        url,
        method: [...others],
        schema: { hide: true },
        handler: () => {
          throw new HttpProblem(405, `this address takes ${allow}`, undefined, { allow });
        },
      });
    }
  };
}
