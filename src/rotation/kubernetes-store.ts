import { z } from 'zod';
import { SourceError } from '../errors.ts';
import type { HttpAnswer, HttpClient } from '../util/http.ts';
import { HttpStatusError } from '../util/http-error.ts';
import { Secret } from '../util/secret.ts';
import { stableId } from '../util/stable-id.ts';
import type { KeyStore, StoredKey } from './ports.ts';

export interface KubernetesPlace {
  readonly http: Pick<HttpClient, 'request'>;
  /** `https://host:port` of the API server. */
  readonly server: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
}

const Body = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1), uid: z.string().min(1) }),
  data: z.record(z.string(), z.base64()).optional(),
});

/** One key of one Secret. Needs `get` and `patch` on that Secret and nothing else. */
export function createKubernetesStore(place: KubernetesPlace): KeyStore {
  const { namespace, name, key } = place;
  return {
    place: `kubernetes:${namespace}/${name}#${key}`,
    async read() {
      return toStored(await send(place, 'GET'), place);
    },
    async write(secret, resourceVersion) {
      const data = { [key]: Buffer.from(secret.reveal()).toString('base64') };
      const { status } = await send(place, 'PATCH', JSON.stringify({ metadata: { resourceVersion }, data }));
      return status === 409 ? 'conflict' : 'written';
    },
  };
}

function send(place: KubernetesPlace, method: 'GET' | 'PATCH', body?: string): Promise<HttpAnswer> {
  const { http, server, headers, namespace, name } = place;
  const type = body === undefined ? {} : { 'content-type': 'application/merge-patch+json' };
  const sent = http.request({
    ...{ url: `${server}/api/v1/namespaces/${namespace}/secrets/${name}`, method, timeoutMs: 10_000 },
    ...(body !== undefined && { body }),
    headers: async () => ({ ...(await headers()), accept: 'application/json', ...type }),
    accept: (status) => (status >= 200 && status < 300) || (method === 'PATCH' && status === 409),
  });
  return sent.catch((error: unknown) => explain(error, place, method));
}

function explain(error: unknown, { namespace, name }: KubernetesPlace, method: 'GET' | 'PATCH'): never {
  if (!(error instanceof HttpStatusError) || error.status !== 403) throw error;
  const verb = method === 'GET' ? 'get' : 'patch';
  throw new SourceError('forbidden', `the account may not ${verb} the Secret ${namespace}/${name}`, {
    cause: error,
    remedy: `Give it get and patch on this one Secret (components/rotation, rotation.stores of the chart).`,
  });
}

function toStored(answer: HttpAnswer, { namespace, name, key }: KubernetesPlace): StoredKey {
  const what = `the Secret ${namespace}/${name}`;
  const body = Body.safeParse(answer.json()); // the cause would quote what was read
  if (!body.success) throw new SourceError('badAnswer', `${what}: the answer of the API server is no Secret`);
  const text = Buffer.from(body.data.data?.[key] ?? '', 'base64')
    .toString('utf8')
    .trim();
  const { resourceVersion: version, uid } = body.data.metadata;
  if (text !== '') return { key: new Secret(text), version, identity: stableId([uid, key]).slice(0, 8) };
  throw new SourceError('notFound', `${what} has no key ${key}, or it is empty`, {
    remedy: 'Put a first API key there by hand; from then on it can be rotated.',
  });
}
