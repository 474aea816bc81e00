import type { KubeObject } from '../estate.ts';
import { type Answer, expired, statusAnswer } from './answer.ts';
import type { Served } from './catalogue.ts';

export interface PageRequest {
  readonly served: Served;
  readonly objects: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly query: URLSearchParams;
  /** Tokens given before this moment are too old. Milliseconds of the simulator's own clock. */
  readonly tokensValidFromMs: number;
  readonly nowMs: number;
}

/** One page of a list, with an opaque token for the next one. */
export function answerPage(request: PageRequest): Answer {
  const { served, objects, resourceVersion, query, nowMs } = request;
  const limit = Number(query.get('limit') ?? '0');
  const token = readToken(query.get('continue') ?? '');
  if (!Number.isInteger(limit) || limit < 0 || token === 'bad')
    return statusAnswer(400, 'BadRequest', 'continue key is not valid: the limit or token cannot be read');
  if (token !== undefined && (token.version !== resourceVersion || token.atMs < request.tokensValidFromMs))
    return expired;
  const start = token?.start ?? 0;
  const end = limit === 0 ? objects.length : Math.min(objects.length, start + limit);
  const isLast = end >= objects.length;
  const remainingItemCount = objects.length - end;
  const next = isLast ? '' : writeToken({ version: resourceVersion, start: end, atMs: token?.atMs ?? nowMs });
  return {
    status: 200,
    body: {
      kind: `${served.kind}List`,
      apiVersion: served.group === '' ? served.version : `${served.group}/${served.version}`,
      metadata: {
        resourceVersion,
        ...(!isLast && { continue: next }),
        ...(!isLast && !query.has('fieldSelector') && { remainingItemCount }),
      },
      items: objects.slice(start, end).map((object) => withVersion(object, resourceVersion)),
    },
  };
}

/** Whoever wrote the estate need not know of resource versions. */
export function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { resourceVersion, ...object.metadata } };
}

interface Token {
  readonly version: string;
  readonly start: number;
  readonly atMs: number;
}

function writeToken(token: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url');
}

function readToken(text: string): Token | 'bad' | undefined {
  if (text === '') return undefined;
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Token;
    return typeof token.start === 'number' ? token : 'bad';
  } catch {
    return 'bad';
  }
}
