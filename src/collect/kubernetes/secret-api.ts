import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import type { HttpAnswer } from '../../util/http.ts';
import { HttpStatusError } from '../../util/http-error.ts';
import { Secret } from '../../util/secret.ts';
import { StatusError } from './api.ts';
import type { ClusterConnection } from './http-api.ts';

export interface SecretApi {
  /** One value of one Secret, as it is now. @throws SourceError */
  read(namespace: string, name: string, key: string): Promise<Secret>;
}

const Body = z.object({ data: z.record(z.string(), z.base64()).optional() });

/** Needs `get` on the named Secret and nothing else: nothing is listed or watched. */
export function createSecretApi({ http, server, headers }: ClusterConnection): SecretApi {
  return {
    async read(namespace, name, key) {
      const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
      const what = `the Secret ${namespace}/${name}`;
      const answer = await http
        .request({
          url: `${server}${path}`,
          headers: async () => ({ ...(await headers()), accept: 'application/json' }),
        })
        .catch((error: unknown) => explain(error, what, `kubectl auth can-i get secret/${name} -n ${namespace}`));
      return toValue(answer, what, key);
    },
  };
}

function toValue(answer: HttpAnswer, what: string, key: string): Secret {
  const body = Body.safeParse(answer.json()); // the cause would quote what was read
  if (!body.success) throw new SourceError('badAnswer', `${what}: the answer of the API server is no Secret`);
  const text = Buffer.from(body.data.data?.[key] ?? '', 'base64')
    .toString('utf8')
    .replace(/[\r\n]+$/, '');
  if (text !== '') return new Secret(text);
  throw new SourceError('notFound', `${what} has no key ${key}, or it is empty`, {
    remedy: `Write the credential below the key ${key}.`,
  });
}

/** The body of a refusal is the server's Status and holds no secret; still, only its kind is kept. */
function explain(error: unknown, what: string, test: string): never {
  if (!(error instanceof HttpStatusError)) throw error;
  const remedies: Readonly<Record<number, string>> = {
    401: 'Renew the token or client certificate of the account that scans.',
    403: `Give the account \`get\` on this one Secret (rbac.secrets of the chart); try: ${test}`,
    404: 'Create it, or correct namespace and name in the reference.',
  };
  const { kind } = new StatusError(error.status, undefined, what);
  throw new SourceError(kind, `${what} cannot be read: HTTP ${error.status}`, {
    cause: error,
    remedy: remedies[error.status] ?? 'Look at the health of the API server and run again.',
  });
}
