import assert from 'node:assert/strict';
import { type Fault, type FaultKind, faultKinds } from '../../../src/simulate/faults.ts';
import type { RpcClient } from '../../support/json-rpc-client.ts';
import { openRpc } from '../../support/json-rpc-client.ts';
import { askHttp, withNas, withRpc } from '../../support/with-nas.ts';

const system = 'nas/nas01';

/** What a client of JSON-RPC sees of each kind on one call. */
const onSocket: Readonly<Record<FaultKind, (client: RpcClient, call: Promise<unknown>) => Promise<unknown>>> = {
  latency: async (_, call) => assert.equal(count(await call), 2),
  hang: async (_, call) => assert.equal(await within(100, call), 'nothing'),
  cut: async (client) => assert.equal(await client.closed, 1006),
  unauthorized: async (_, call) => assert.equal(errname(await call), 'ENOTAUTHENTICATED'),
  forbidden: async (_, call) => assert.equal(errname(await call), 'EACCES'),
  notFound: async (_, call) => assert.equal(code(await call), -32601),
  gone: async (_, call) => assert.equal(errname(await call), 'ESTALE'),
  tooManyRequests: async (_, call) => assert.equal(errname(await call), 'EBUSY'),
  serverError: async (_, call) => assert.equal(errname(await call), 'EFAULT'),
  unavailable: async (client) => assert.equal(await client.closed, 1013),
  halfPage: async (client) => {
    const text = await client.next();
    assert.throws(() => JSON.parse(text), SyntaxError);
  },
  wrongJson: async (client) => assert.match(await client.next(), /^<html>/),
  emptyList: async (_, call) => assert.equal(count(await call), 0),
  refuse: async () => undefined,
  tlsMismatch: async () => undefined,
};

/** HTTP status, or how the connection ends. */
const onRest: Readonly<Record<FaultKind, number | string>> = {
  latency: 200,
  hang: 'nothing',
  cut: 'ECONNRESET',
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  gone: 410,
  tooManyRequests: 429,
  serverError: 500,
  unavailable: 503,
  halfPage: 'unreadable',
  wrongJson: 'unreadable',
  emptyList: 'empty',
  refuse: 'ECONNRESET',
  tlsMismatch: 'DEPTH_ZERO_SELF_SIGNED_CERT',
};

describe('[I] simulate/truenas faults', () => {
  for (const kind of faultKinds) {
    if (kind === 'refuse' || kind === 'tlsMismatch') continue;
    it(`${kind} on a call over JSON-RPC`, () =>
      withRpc({}, async (client, nas) => {
        const fault: Fault = { system, call: 'pool.query', kind, times: 1, delayMs: 20 };
        nas.faults.set([fault]);

        await onSocket[kind](client, client.call('pool.query'));

        assert.equal(nas.faults.firedCount(fault), 1);
        assert.equal(nas.log.records.at(-1)?.status, kind);
      }));
  }

  for (const kind of faultKinds) {
    it(`${kind} on a call over REST: ${onRest[kind]}`, () =>
      withNas({ release: '24.10' }, async (nas) => {
        const fault: Fault = { system: '*', call: '/api/v2.0/pool', kind, times: 1, delayMs: 20 };
        nas.faults.set([fault]);

        assert.equal(await within(kind === 'hang' ? 150 : 30_000, outcomeOf(nas)), onRest[kind]);
        assert.equal(nas.faults.firedCount(fault), 1);
      }));
  }

  it('meets the handshake of the socket too', () =>
    withNas({}, async (nas) => {
      for (const [kind, pattern] of [
        ['unavailable', /503/],
        ['forbidden', /403/],
        ['cut', /hang up|socket|ECONNRESET|Parse/i],
        ['refuse', /hang up|socket|ECONNRESET/i],
        ['tlsMismatch', /self-signed/],
      ] as const) {
        nas.faults.set([{ system, call: '*', kind, times: 1 }]);
        await assert.rejects(openRpc(nas), pattern, kind);
        assert.equal(nas.faults.firedCount(), 1, kind);
      }
    }));

  it('refuses a login with the login’s own answer', () =>
    withNas({}, async (nas) => {
      nas.faults.set([{ system, call: 'auth.login_ex', kind: 'unauthorized' }]);
      const client = await openRpc(nas);

      assert.deepEqual(await client.result('auth.login_ex', {}), { response_type: 'AUTH_ERR' });
      client.close();
    }));

  it('says how long to wait', () =>
    withNas({ release: '24.10' }, async (nas) => {
      nas.faults.set([{ system, call: '*', kind: 'tooManyRequests', retryAfterSeconds: 7 }]);

      assert.equal((await askHttp(nas, '/api/v2.0/pool')).headers['retry-after'], '7');
    }));
});

async function outcomeOf(nas: Parameters<typeof askHttp>[0]): Promise<number | string> {
  try {
    const { status, body } = await askHttp(nas, '/api/v2.0/pool');
    if (status === 200 && body === undefined) return 'unreadable';
    return status === 200 && Array.isArray(body) && body.length === 0 ? 'empty' : status;
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | 'nothing'> {
  return Promise.race([promise, new Promise<'nothing'>((done) => setTimeout(done, milliseconds, 'nothing').unref())]);
}

function errname(answer: unknown): unknown {
  return (answer as { error: { data: { errname: string } } }).error.data.errname;
}

function code(answer: unknown): unknown {
  return (answer as { error: { code: number } }).error.code;
}

function count(answer: unknown): number {
  return (answer as { result: readonly unknown[] }).result.length;
}
