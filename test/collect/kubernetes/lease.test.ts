import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { createLeaseApi } from '../../../src/collect/kubernetes/lease.ts';
import { SourceError } from '../../../src/errors.ts';
import type { LeaseRecord } from '../../../src/model/lease.ts';
import { createHttpClient } from '../../../src/util/http.ts';
import { listen } from '../../support/loopback.ts';

interface Call {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly token: string | undefined;
  readonly body: unknown;
}

const open: { close(): unknown }[] = [];
const path = '/apis/coordination.k8s.io/v1/namespaces/storage/leases';
const mine: LeaseRecord = {
  holder: 'pod-a',
  leaseMs: 60_000,
  transitions: 2,
  acquiredAt: '2026-11-23T01:00:00.000Z',
  renewedAt: '2026-11-23T01:00:20.500Z',
};

/** An API server that gives one answer to everything. */
async function apiAnswering(status: number, answer: unknown) {
  const calls: Call[] = [];
  const server = await listen(async (request, response) => {
    const body = await text(request);
    calls.push({
      method: request.method,
      path: request.url,
      token: request.headers.authorization,
      body: body === '' ? undefined : JSON.parse(body),
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  const http = await createHttpClient({
    system: 'cluster/test',
    timeoutMs: 2_000,
    env: {},
    retry: { baseMs: 1, maxMs: 5 },
  });
  open.push(server, http);
  const headers = async () => ({ authorization: 'Bearer token-1' });
  return {
    calls,
    api: createLeaseApi({ http, server: server.url, headers, namespace: 'storage', name: 'strandline' }),
  };
}

function storedManifest(spec: Record<string, unknown>) {
  return { kind: 'Lease', metadata: { name: 'strandline', resourceVersion: '41' }, spec };
}

describe('[I] collect/kubernetes/lease', () => {
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  it('reads the holder, the duration and the version', async () => {
    const { api, calls } = await apiAnswering(
      200,
      storedManifest({
        holderIdentity: 'pod-b',
        leaseDurationSeconds: 60,
        leaseTransitions: 7,
        renewTime: '2026-11-23T01:00:20.500000Z',
      }),
    );

    const read = await api.get();

    assert.deepEqual(read, {
      status: 'found',
      lease: {
        version: '41',
        holder: 'pod-b',
        leaseMs: 60_000,
        transitions: 7,
        renewedAt: '2026-11-23T01:00:20.500000Z',
      },
    });
    assert.deepEqual(calls, [{ method: 'GET', path: `${path}/strandline`, token: 'Bearer token-1', body: undefined }]);
  });

  it('reads a Lease that was given back as one without a holder', async () => {
    const { api } = await apiAnswering(200, storedManifest({}));

    const read = await api.get();

    assert.equal(read.status === 'found' && read.lease.holder, '');
  });

  it('creates it with times to the microsecond', async () => {
    const { api, calls } = await apiAnswering(201, storedManifest({}));

    assert.deepEqual(await api.create(mine), { status: 'stored', version: '41' });

    assert.equal(calls[0]?.method, 'POST');
    assert.equal(calls[0]?.path, path);
    assert.deepEqual(calls[0]?.body, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'strandline', namespace: 'storage' },
      spec: {
        holderIdentity: 'pod-a',
        leaseDurationSeconds: 60,
        leaseTransitions: 2,
        acquireTime: '2026-11-23T01:00:00.000000Z',
        renewTime: '2026-11-23T01:00:20.500000Z',
      },
    });
  });

  it('names the version that an update must still find', async () => {
    const { api, calls } = await apiAnswering(200, storedManifest({}));

    await api.update({ ...mine, version: '40' });

    assert.equal(calls[0]?.method, 'PUT');
    assert.match(JSON.stringify(calls[0]?.body), /"resourceVersion":"40"/);
  });

  it('says conflict when somebody was faster', async () => {
    const { api } = await apiAnswering(409, { kind: 'Status', code: 409 });

    assert.deepEqual(await api.create(mine), { status: 'conflict' });
    assert.deepEqual(await api.update({ ...mine, version: '1' }), { status: 'conflict' });
  });

  it('says absent, and conflict on update, when there is no such Lease', async () => {
    const { api } = await apiAnswering(404, { kind: 'Status', code: 404 });

    assert.deepEqual(await api.get(), { status: 'absent' });
    assert.deepEqual(await api.update({ ...mine, version: '1' }), { status: 'conflict' });
  });

  it('says forbidden when the namespace does not exist', async () => {
    const { api } = await apiAnswering(404, { kind: 'Status', code: 404 });

    assert.deepEqual(await api.create(mine), { status: 'forbidden' });
  });

  for (const status of [401, 403]) {
    it(`says forbidden for ${status}, whatever was asked`, async () => {
      const { api } = await apiAnswering(status, { kind: 'Status', code: status });

      assert.deepEqual(await api.get(), { status: 'forbidden' });
      assert.deepEqual(await api.create(mine), { status: 'forbidden' });
      assert.deepEqual(await api.update({ ...mine, version: '1' }), { status: 'forbidden' });
    });
  }

  it('throws a SourceError for a server error, after retries', async () => {
    const { api, calls } = await apiAnswering(503, { kind: 'Status', code: 503 });

    await assert.rejects(api.get(), (error) => error instanceof SourceError && error.kind === 'server');
    assert.equal(calls.length, 4);
  });

  it('throws a SourceError for an answer that is no Lease', async () => {
    const { api } = await apiAnswering(200, { kind: 'Lease', metadata: {} });

    await assert.rejects(api.get(), (error) => error instanceof SourceError && error.kind === 'badAnswer');
  });
});
