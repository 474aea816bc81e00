import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import type { HttpAnswer } from '../../util/http.ts';
import type { ClusterConnection } from './http-api.ts';

export interface KubernetesUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type KubernetesAccess =
  | { readonly verb: string; readonly path: string }
  | { readonly verb: string; readonly group: string; readonly resource: string; readonly namespace: string };

export interface Reviews {
  reviewToken(token: string, audiences: readonly string[]): Promise<KubernetesUser | undefined>;
  mayAccess(user: KubernetesUser, access: KubernetesAccess): Promise<boolean>;
}

const TokenReview = z.object({
  status: z.object({
    authenticated: z.boolean().optional(),
    audiences: z.array(z.string()).optional(),
    user: z
      .object({
        username: z.string().optional(),
        uid: z.string().optional(),
        groups: z.array(z.string()).optional(),
        extra: z.record(z.string(), z.array(z.string())).optional(),
      })
      .optional(),
  }),
});

const SubjectAccessReview = z.object({
  status: z.object({ allowed: z.boolean(), denied: z.boolean().optional() }),
});

/** Asks the API server about callers of ours. Needs `create` on both reviews (`system:auth-delegator`). */
export function createReviews(connection: ClusterConnection): Reviews {
  const root = connection.server.replace(/\/$/, '');
  return {
    async reviewToken(token, audiences) {
      const spec = { token, ...(audiences.length > 0 && { audiences }) };
      const answer = await ask(connection, `${root}/apis/authentication.k8s.io/v1/tokenreviews`, 'TokenReview', spec);
      return toUser(parse(TokenReview, answer, 'TokenReview').status, audiences);
    },
    async mayAccess({ name, uid, groups, extra }, access) {
      const spec = {
        user: name,
        groups,
        ...(uid !== undefined && { uid }),
        ...(extra !== undefined && { extra }),
        ...('path' in access
          ? { nonResourceAttributes: { verb: access.verb, path: access.path } }
          : { resourceAttributes: access }),
      };
      const url = `${root}/apis/authorization.k8s.io/v1/subjectaccessreviews`;
      const answer = await ask(connection, url, 'SubjectAccessReview', spec);
      const { allowed, denied } = parse(SubjectAccessReview, answer, 'SubjectAccessReview').status;
      return allowed && denied !== true;
    },
  };
}

/** An API server that knows nothing of audiences leaves them out of its answer: then the token is not for us. */
function toUser(status: z.infer<typeof TokenReview>['status'], audiences: readonly string[]) {
  const { authenticated, user } = status;
  const isForUs = audiences.length === 0 || (status.audiences ?? []).some((each) => audiences.includes(each));
  if (authenticated !== true || !isForUs || user?.username === undefined || user.username === '') return undefined;
  return {
    name: user.username,
    groups: user.groups ?? [],
    ...(user.uid !== undefined && { uid: user.uid }),
    ...(user.extra !== undefined && { extra: user.extra }),
  };
}

/** A review changes nothing, so it may be repeated. */
function ask(
  { http, headers }: ClusterConnection,
  url: string,
  kind: 'TokenReview' | 'SubjectAccessReview',
  spec: unknown,
): Promise<HttpAnswer> {
  const group = kind === 'TokenReview' ? 'authentication' : 'authorization';
  return http.request({
    url,
    method: 'POST',
    body: JSON.stringify({ apiVersion: `${group}.k8s.io/v1`, kind, spec }),
    idempotent: true,
    timeoutMs: 10_000,
    headers: async () => ({ ...(await headers()), accept: 'application/json', 'content-type': 'application/json' }),
  });
}

function parse<T>(schema: z.ZodType<T>, answer: HttpAnswer, kind: string): T {
  const parsed = schema.safeParse(answer.json());
  if (!parsed.success) throw new SourceError('badAnswer', `the API server answered with no ${kind}`);
  return parsed.data;
}
