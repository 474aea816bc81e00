import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import type { LeaseApi, LeaseRead, LeaseRecord, LeaseWrite, StoredLease } from '../../model/lease.ts';
import type { HttpAnswer, HttpCall, HttpClient } from '../../util/http.ts';

export interface LeaseConnection {
  readonly http: Pick<HttpClient, 'request'>;
  /** `https://host:port` of the API server. */
  readonly server: string;
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  readonly namespace: string;
  readonly name: string;
}

const Lease = z.object({
  metadata: z.object({ resourceVersion: z.string().min(1) }),
  spec: z.object({
    holderIdentity: z.string().optional(),
    leaseDurationSeconds: z.int().optional(),
    acquireTime: z.string().optional(),
    renewTime: z.string().optional(),
    leaseTransitions: z.int().optional(),
  }),
});

/** The Lease over the API server's REST interface; `kubectl get lease` shows it. Needs get, create and update on it. */
export function createLeaseApi(connection: LeaseConnection): LeaseApi {
  const { server, namespace, name } = connection;
  const all = `${server.replace(/\/$/, '')}/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
  const one = `${all}/${name}`;
  const body = (lease: LeaseRecord, version?: string) => JSON.stringify(toManifest(connection, lease, version));
  return {
    async get(): Promise<LeaseRead> {
      const answer = await ask(connection, { url: one });
      if (isRefused(answer)) return { status: 'forbidden' };
      if (answer.status === 404) return { status: 'absent' };
      return { status: 'found', lease: toLease(answer, one) };
    },
    create: async (lease) => toWrite(await ask(connection, { url: all, method: 'POST', body: body(lease) }), all),
    update: async (lease) =>
      toWrite(await ask(connection, { url: one, method: 'PUT', body: body(lease, lease.version) }), one),
  };
}

/** Repeating is harmless: a create answers 409 and an update names its version, so nothing is ever written twice. */
function ask({ http, headers }: LeaseConnection, call: HttpCall): Promise<HttpAnswer> {
  return http.request({
    ...call,
    idempotent: true,
    timeoutMs: 10_000,
    headers: async () => ({ ...(await headers()), accept: 'application/json', 'content-type': 'application/json' }),
    accept: (status) => (status >= 200 && status < 300) || [401, 403, 404, 409].includes(status),
  });
}

function isRefused({ status }: HttpAnswer): boolean {
  return status === 401 || status === 403;
}

/** 404 on create: no such namespace. 404 on update: somebody removed the Lease, which is a conflict. */
function toWrite(answer: HttpAnswer, url: string): LeaseWrite {
  if (isRefused(answer)) return { status: 'forbidden' };
  if (answer.status === 404) return { status: url.endsWith('/leases') ? 'forbidden' : 'conflict' };
  if (answer.status === 409) return { status: 'conflict' };
  return { status: 'stored', version: toLease(answer, url).version };
}

function toLease(answer: HttpAnswer, url: string): StoredLease {
  const parsed = Lease.safeParse(answer.json());
  if (!parsed.success) throw new SourceError('badAnswer', `the answer of ${url} is no Lease`, { cause: parsed.error });
  const { metadata, spec } = parsed.data;
  return {
    version: metadata.resourceVersion,
    holder: spec.holderIdentity ?? '',
    leaseMs: (spec.leaseDurationSeconds ?? 0) * 1000,
    transitions: spec.leaseTransitions ?? 0,
    ...(spec.acquireTime !== undefined && { acquiredAt: spec.acquireTime }),
    ...(spec.renewTime !== undefined && { renewedAt: spec.renewTime }),
  };
}

/** The API server refuses a duration of 0, an empty holder is left out, and times are to the microsecond. */
function toManifest({ namespace, name }: LeaseConnection, lease: LeaseRecord, version?: string) {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace, ...(version !== undefined && { resourceVersion: version }) },
    spec: {
      ...(lease.holder !== '' && { holderIdentity: lease.holder }),
      leaseDurationSeconds: Math.max(1, Math.round(lease.leaseMs / 1000)),
      leaseTransitions: lease.transitions,
      ...(lease.acquiredAt !== undefined && { acquireTime: toMicroTime(lease.acquiredAt) }),
      ...(lease.renewedAt !== undefined && { renewTime: toMicroTime(lease.renewedAt) }),
    },
  };
}

function toMicroTime(iso: string): string {
  return iso.replace(/(\.\d{3})Z$/, '$1000Z');
}
