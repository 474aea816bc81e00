import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import { HttpStatusError } from '../../util/http-error.ts';
import { Secret } from '../../util/secret.ts';
import { StatusError } from './api.ts';
import type { ClusterConnection } from './http-api.ts';

export interface SecretApi {
  /** One value of one Secret (`namespace/name`), as it is now. @throws SourceError */
  read(place: string, key: string): Promise<Secret>;
  /** When it was last changed: the newest of its managed fields, or when it was made. @throws SourceError */
  writtenAt(place: string): Promise<string | undefined>;
}

const time = z.string().optional().catch(undefined);
const Body = z.object({
  metadata: z.object({
    creationTimestamp: time,
    managedFields: z.array(z.object({ time })).optional().catch(undefined),
  }),
  data: z.record(z.string(), z.base64()).optional(),
});

/** Needs `get` on the named Secret and nothing else: nothing is listed or watched. */
export function createSecretApi(connection: ClusterConnection): SecretApi {
  return {
    read: async (place, key) => toValue(await get(connection, place), place, key),
    async writtenAt(place) {
      const { metadata } = await get(connection, place);
      const times = (metadata.managedFields ?? []).flatMap((field) => field.time ?? []).toSorted();
      return times.at(-1) ?? metadata.creationTimestamp;
    },
  };
}

async function get({ http, server, headers }: ClusterConnection, place: string): Promise<z.infer<typeof Body>> {
  const [namespace = '', name = ''] = place.split('/');
  const url = `${server}/api/v1/namespaces/${namespace}/secrets/${name}`;
  const answer = await http
    .request({ url, headers: async () => ({ ...(await headers()), accept: 'application/json' }) })
    .catch((error: unknown) => explain(error, whatOf(place), `kubectl auth can-i get secret/${name} -n ${namespace}`));
  const body = Body.safeParse(answer.json()); // the cause would quote what was read
  if (body.success) return body.data;
  throw new SourceError('badAnswer', `${whatOf(place)}: the answer of the API server is no Secret`);
}

function whatOf(place: string): string {
  return `the Secret ${place}`;
}

function toValue({ data }: z.infer<typeof Body>, place: string, key: string): Secret {
  const text = Buffer.from(data?.[key] ?? '', 'base64')
    .toString('utf8')
    .replace(/[\r\n]+$/, '');
  if (text !== '') return new Secret(text);
  throw new SourceError('notFound', `${whatOf(place)} has no key ${key}, or it is empty`, {
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
