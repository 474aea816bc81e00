import type { FastifyRequest } from 'fastify';
import type { View } from '../auth/caller.ts';
import type { Shown } from '../board.ts';
import type { ServerContext } from '../context.ts';
import { HttpProblem } from '../problem.ts';

export const howToSee =
  'Grant `get` on the URL /strandline (everything) or on findings.strandline.io in a namespace, or add a grant to serve.auth.grants.';

/** @throws HttpProblem 503 before the first scan. */
export function askShown({ board }: Pick<ServerContext, 'board'>): Shown {
  if (board.shown !== undefined) return board.shown;
  throw new HttpProblem(
    503,
    'there is no result yet',
    'Start a scan with POST /api/v1/scans, or wait for the next one.',
    {
      'retry-after': '30',
    },
  );
}

/** What the caller sees. @throws HttpProblem 403 when it is nothing. */
export async function askView(
  request: FastifyRequest,
  { rights, board }: Pick<ServerContext, 'rights' | 'board'>,
): Promise<View> {
  const { caller } = request;
  const view = caller && (await rights.viewOf(caller, board.shown?.namespaces ?? []));
  if (view === undefined || (!view.isAll && view.namespaces.size === 0))
    throw new HttpProblem(403, 'no right to see anything here', howToSee);
  return view;
}

export async function requireWholeView(
  request: FastifyRequest,
  context: Pick<ServerContext, 'rights' | 'board'>,
): Promise<void> {
  const view = await askView(request, context);
  if (!view.isAll) throw new HttpProblem(403, 'this speaks of everything, and you see only some namespaces', howToSee);
}
