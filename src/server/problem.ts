import { z } from 'zod';
import { AppError } from '../errors.ts';

/** RFC 9457, with what an operator needs: the id that stands in the logs, and what to do. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  requestId: z.string(),
  remedy: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;

export const problemType = 'application/problem+json';

/** An answer that says no. `detail` goes to the caller: nothing of other callers, tokens or insides stands in it. */
export class HttpProblem extends AppError {
  readonly code = 'HTTP';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, remedy?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail, remedy === undefined ? {} : { remedy });
    this.status = status;
    this.headers = headers;
  }
}

export const titles: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not a method of this address',
  406: 'No such representation',
  408: 'Too slow',
  409: 'In conflict with what is going on',
  410: 'Gone',
  413: 'Too large',
  414: 'Address too long',
  415: 'Not a media type that is taken',
  426: 'Another protocol is spoken here',
  429: 'Too many requests',
  431: 'Header too large',
  500: 'Our error',
  503: 'Not available now',
};

export function toProblem(status: number, detail: string, requestId: string, remedy?: string): Problem {
  return {
    type: 'about:blank',
    title: titles[status] ?? 'The request failed',
    status,
    detail,
    requestId,
    ...(remedy !== undefined && { remedy }),
  };
}

/** For the OpenAPI document. Headers that are too large are refused everywhere. */
export function problemResponses(...statuses: readonly (keyof typeof titles & number)[]) {
  return Object.fromEntries(
    [...statuses, 431].map((status) => [
      status,
      { description: titles[status] ?? '', content: { [problemType]: { schema: Problem } } },
    ]),
  );
}
