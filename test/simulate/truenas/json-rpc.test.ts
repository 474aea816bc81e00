import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { openRpc } from '../../support/json-rpc-client.ts';
import { makeNasState, scanKey } from '../../support/nas-state.ts';
import { askHttp, withNas, withRpc } from '../../support/with-nas.ts';

describe('[I] simulate/truenas/json-rpc', () => {
  describe('login', () => {
    it('refuses every other call before it', () =>
      withNas({}, async (nas) => {
        const client = await openRpc(nas);

        const answer = await client.call('system.version');

        assert.equal(answer.error?.code, -32001);
        assert.equal(answer.error?.data?.['errname'], 'ENOTAUTHENTICATED');
        client.close();
      }));

    it('succeeds with key, with password, and tells the user and the roles as a set', () =>
      withNas({}, async (nas) => {
        const client = await openRpc(nas);
        const byKey = { mechanism: 'API_KEY_PLAIN', username: 'k8s-scan', api_key: scanKey };

        const answer = (await client.result('auth.login_ex', byKey)) as {
          readonly response_type: string;
          readonly user_info: { readonly privilege: { readonly roles: unknown } };
        };

        assert.equal(answer.response_type, 'SUCCESS');
        assert.deepEqual(answer.user_info.privilege.roles, { $set: ['READONLY_ADMIN'] });
        assert.equal(await client.result('auth.logout'), true);
        assert.equal((await client.call('core.ping')).error?.data?.['errname'], 'ENOTAUTHENTICATED');
        assert.equal(await client.result('auth.login', 'k8s-scan', 'scan-password'), true);
        assert.equal(await client.result('core.ping'), 'pong');
        client.close();
      }));

    it('answers AUTH_ERR for a wrong key, a wrong user and a wrong password', () =>
      withNas({}, async (nas) => {
        const client = await openRpc(nas);
        const tries = [
          { mechanism: 'API_KEY_PLAIN', username: 'k8s-scan', api_key: '17-wrong' },
          { mechanism: 'API_KEY_PLAIN', username: 'other', api_key: scanKey },
          { mechanism: 'PASSWORD_PLAIN', username: 'k8s-scan', password: 'wrong' },
        ];

        for (const argument of tries) {
          assert.deepEqual(await client.result('auth.login_ex', argument), { response_type: 'AUTH_ERR' });
        }
        client.close();
      }));

    it('answers EXPIRED for a key that is over by the clock of the NAS', () => {
      const [user] = makeNasState().users;
      assert.ok(user);
      const users = [{ ...user, apiKeyExpiresAt: '2026-11-23T01:59:59Z' }];
      return withNas({ users }, async (nas) => {
        const client = await openRpc(nas);
        const argument = { mechanism: 'API_KEY_PLAIN', username: 'k8s-scan', api_key: scanKey };

        assert.deepEqual(await client.result('auth.login_ex', argument), { response_type: 'EXPIRED' });
        client.close();
      });
    });

    it('revokes a key for good that came over a plain connection, and raises an alert', () =>
      withNas(
        {},
        async (nas) => {
          const client = await openRpc(nas);

          assert.equal(await client.result('auth.login_with_api_key', scanKey), false);
          assert.equal(await client.result('auth.login', 'truenas_admin', 'admin-password'), true);
          const alerts = (await client.result('alert.list')) as readonly { readonly klass: string }[];
          const keys = (await client.result('api_key.query', [['id', '=', 17]])) as readonly { revoked: boolean }[];

          assert.ok(alerts.some(({ klass }) => klass === 'ApiKeyRevoked'));
          assert.equal(keys[0]?.revoked, true);
          client.close();
        },
        { tls: false },
      ));
  });

  describe('rights', () => {
    it('gives EACCES where a role is missing, and only there', () =>
      withNas(
        { users: [{ username: 'narrow', password: 'p', roles: ['DATASET_READ', 'SHARING_READ'] }] },
        async (nas) => {
          const client = await openRpc(nas);
          await client.result('auth.login', 'narrow', 'p');
          const errname = async (method: string) => (await client.call(method)).error?.data?.['errname'];

          assert.equal(await errname('pool.query'), 'EACCES');
          assert.equal(await errname('system.info'), 'EACCES');
          assert.equal(await errname('pool.snapshot.query'), 'EACCES');
          assert.equal(await errname('pool.dataset.query'), undefined);
          assert.equal(await errname('sharing.nfs.query'), undefined);
          assert.equal(await errname('iscsi.extent.query'), undefined);
          assert.equal(await errname('system.version'), undefined);
          client.close();
        },
      ));

    it('lets READONLY_ADMIN read everything', () =>
      withRpc({}, async (client) => {
        for (const method of ['pool.query', 'replication.query', 'nvmet.subsys.query', 'nfs.get_nfs3_clients']) {
          assert.ok(Array.isArray(await client.result(method)), method);
        }
      }));
  });

  describe('limits', () => {
    it('closes the connection for a message over 8192 bytes before login', () =>
      withNas({}, async (nas) => {
        const client = await openRpc(nas);

        client.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'auth.login', params: ['x'.repeat(8192), ''] }));

        assert.equal(await client.closed, 1009);
      }));

    it('takes up to 65536 bytes after login and closes the connection above', () =>
      withRpc({}, async (client) => {
        const names = ['x'.repeat(60_000)];

        assert.deepEqual(await client.result('pool.dataset.query', [['id', 'in', names]]), []);
        client.send(JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'pool.query', params: ['x'.repeat(65_600)] }));
        assert.equal(await client.closed, 1009);
      }));

    it('refuses the call after the twentieth in flight', () =>
      withRpc({}, async (client, nas) => {
        nas.faults.set([{ system: '*', call: 'pool.query', kind: 'latency', delayMs: 50 }]);

        const answers = await Promise.all(Array.from({ length: 21 }, () => client.call('pool.query')));

        assert.equal(answers.filter(({ error }) => error?.code === -32000).length, 1);
        assert.equal(answers.filter(({ result }) => Array.isArray(result)).length, 20);
        assert.ok(Array.isArray(await client.result('pool.query')), 'and takes calls again afterwards');
      }));
  });

  describe('errors', () => {
    it('says that a method does not exist without any data', () =>
      withRpc({ release: '25.04' }, async (client) => {
        for (const method of ['no.such', 'pool.snapshot.query', 'nvmet.subsys.query', 'zfs.resource.query']) {
          assert.deepEqual((await client.call(method)).error, { code: -32601, message: 'Method does not exist' });
        }
      }));

    it('names the field of an invalid option and gives a trace with the parameters, but no frames on 26', async () => {
      const traceOn = (release: '25.10' | '26') =>
        withRpc({ release }, async (client) => {
          const { error } = await client.call('pool.query', [], { limit: 10_001 });
          assert.equal(error?.code, -32602);
          assert.match(JSON.stringify(error?.data?.['extra']), /^\[\["options\.limit"/);
          return error?.data?.['trace'] as {
            readonly frames?: readonly { readonly locals: { readonly params: string } }[];
          };
        });

      assert.match((await traceOn('25.10')).frames?.[0]?.locals.params ?? '', /10001/);
      assert.equal((await traceOn('26')).frames, undefined);
    });

    it('tells a missing row of get from a missing instance', () =>
      withRpc({}, async (client) => {
        const none = await client.call('pool.dataset.query', [['id', '=', 'tank/none']], { get: true });
        const instance = await client.call('pool.dataset.get_instance', 'tank/none');

        assert.equal(none.error?.code, -32001);
        assert.equal(none.error?.data?.['reason'], 'MatchNotFound()');
        assert.equal(instance.error?.code, -32602);
        assert.equal(instance.error?.data?.['reason'], '[ENOENT] None: pool.dataset tank/none does not exist');
      }));

    it('answers broken JSON and an object for params as the protocol says', () =>
      withRpc({}, async (client) => {
        const broken = client.next();
        client.send('{"jsonrpc"');
        assert.equal(JSON.parse(await broken).error.code, -32700);
        const object = client.next();
        client.send('{"jsonrpc":"2.0","id":7,"method":"pool.query","params":{}}');
        assert.equal(JSON.parse(await object).error.code, -32600);
      }));
  });

  it('speaks TLS 1.3 only', () =>
    withNas({}, async (nas) => {
      await assert.rejects(
        new Promise((resolve, reject) => {
          const socket = connect({ host: '127.0.0.1', port: nas.port, ca: nas.caPem, maxVersion: 'TLSv1.2' }, () =>
            resolve(socket.destroy()),
          );
          socket.on('error', reject);
        }),
        { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' },
      );
    }));

  it('is offered from 25.04 on, under every version that /api/versions lists', async () => {
    await withNas({ release: '24.10' }, async (nas) => {
      assert.equal((await askHttp(nas, '/api/versions')).status, 404);
      await assert.rejects(openRpc(nas), /404/);
    });
    await withNas({ release: '25.10' }, async (nas) => {
      const versions = (await askHttp(nas, '/api/versions', { authorization: '' })).body as readonly string[];
      assert.equal(versions.at(-1), 'v25.10.2');
      (await openRpc(nas, `/api/${versions.at(-1)}`)).close();
      assert.deepEqual(
        nas.log.calls().map(({ call }) => call),
        ['/api/versions', '/api/v25.10.2'],
      );
    });
  });

  it('logs every call with its outcome', () =>
    withRpc({}, async (client, nas) => {
      await client.call('pool.query');
      await client.call('no.such');

      const seen = nas.log.records.map(({ system, call, status }) => `${system} ${call} ${status}`);

      assert.deepEqual(seen, [
        'nas/nas01 /api/current 101',
        'nas/nas01 auth.login_with_api_key ok',
        'nas/nas01 pool.query ok',
        'nas/nas01 no.such -32601',
      ]);
    }));

  it('answers from the new state after setState', () =>
    withRpc({}, async (client, nas) => {
      nas.setState({ ...nas.state, nfsShares: [] });

      assert.deepEqual(await client.result('sharing.nfs.query'), []);
    }));
});
