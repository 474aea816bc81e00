import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';

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
      const others = app.supportedMethods.filter((method) => !taken.has(method));
      if (others.length === 0 || url.includes('*') || url.startsWith('/api/docs')) continue;
      const allow = [...taken].join(', ');
      const refuse = async (): Promise<never> => {
        throw new HttpProblem(405, `this address takes ${allow}`, undefined, { allow });
      };
      // Before the body is looked at: it does not matter any more.
      app.route({ url, method: [...others], schema: { hide: true }, onRequest: refuse, handler: refuse });
    }
  };
}
