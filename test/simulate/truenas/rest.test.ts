import assert from 'node:assert/strict';
import type { Release } from '../../../src/simulate/estate.ts';
import { adminKey, nfsVolume, scanKey } from '../../support/nas-state.ts';
import { askHttp, withNas } from '../../support/with-nas.ts';

const old: readonly Release[] = ['core-13', '22.12', '24.10'];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('[I] simulate/truenas/rest', () => {
  for (const release of old) {
    it(`serves lists, items and singletons on ${release}`, () =>
      withNas({ release }, async (nas) => {
        const pools = await askHttp(nas, '/api/v2.0/pool');
        const item = await askHttp(nas, `/api/v2.0/pool/dataset/id/${encodeURIComponent('tank/media')}`);
        const config = await askHttp(nas, '/api/v2.0/iscsi/global');
        const version = await askHttp(nas, '/api/v2.0/system/version');

        assert.equal((pools.body as readonly unknown[]).length, 2);
        assert.equal((item.body as { readonly id: string }).id, 'tank/media');
        assert.equal((config.body as { readonly basename: string }).basename, 'iqn.2005-10.org.freenas.ctl');
        assert.match(String(version.body), /^TrueNAS-/);
      }));
  }

  it('lets nobody in without a key, with a wrong one, or with a wrong password', () =>
    withNas({ release: '24.10' }, async (nas) => {
      const statuses = await Promise.all(
        ['', 'Bearer 17-wrong', `Basic ${Buffer.from('k8s-scan:wrong').toString('base64')}`].map(
          async (authorization) => (await askHttp(nas, '/api/v2.0/pool', { authorization })).status,
        ),
      );
      const basic = `Basic ${Buffer.from('k8s-scan:scan-password').toString('base64')}`;

      assert.deepEqual(statuses, [401, 401, 401]);
      assert.equal((await askHttp(nas, '/api/v2.0/pool', { authorization: basic })).status, 200);
    }));

  for (const release of ['25.04', '25.10'] as const) {
    it(`gives 403 to a read-only key and serves a full administrator on ${release}`, () =>
      withNas({ release }, async (nas) => {
        const refused = await askHttp(nas, '/api/v2.0/pool', bearer(scanKey));

        assert.equal(refused.status, 403);
        assert.equal(refused.text, '');
        assert.equal((await askHttp(nas, '/api/v2.0/pool', bearer(adminKey))).status, 200);
      }));
  }

  it('raises an alert on 25.10 when it was used', () =>
    withNas({ release: '25.10' }, async (nas) => {
      await askHttp(nas, '/api/v2.0/pool', bearer(adminKey));

      const alerts = (await askHttp(nas, '/api/v2.0/alert/list', bearer(adminKey))).body as { klass: string }[];

      assert.equal(alerts.filter(({ klass }) => klass === 'RESTAPIUsage').length, 1);
    }));

  it('is gone on 26', () =>
    withNas({ release: '26' }, async (nas) => {
      assert.equal((await askHttp(nas, '/api/v2.0/pool', bearer(adminKey))).status, 404);
    }));

  it('gives 403 without a body where the key may not read', () =>
    withNas({ release: '24.10', users: [{ username: 'a', apiKey: '9-x', roles: ['POOL_READ'] }] }, async (nas) => {
      assert.equal((await askHttp(nas, '/api/v2.0/pool', bearer('9-x'))).status, 200);
      assert.equal((await askHttp(nas, '/api/v2.0/sharing/nfs', bearer('9-x'))).status, 403);
    }));

  it('knows no roles on CORE: every key may read everything', () =>
    withNas({ release: 'core-13', users: [{ username: 'a', apiKey: '9-x', roles: [] }] }, async (nas) => {
      assert.equal((await askHttp(nas, '/api/v2.0/sharing/nfs', bearer('9-x'))).status, 200);
    }));

  it('takes limit, offset, count, sort and filters from the query', () =>
    withNas({ release: '24.10' }, async (nas) => {
      const names = async (query: string) =>
        ((await askHttp(nas, `/api/v2.0/zfs/snapshot?${query}`)).body as { name: string }[]).map(({ name }) => name);
      const all = await names('sort=name');

      assert.equal((await askHttp(nas, '/api/v2.0/zfs/snapshot?count=true')).body, all.length);
      assert.deepEqual(await names('sort=name&limit=2&offset=1'), all.slice(1, 3));
      assert.deepEqual(await names('sort=-name&limit=1'), all.slice(-1));
      assert.deepEqual(
        await names('snapshot_name__startswith=auto-'),
        all.filter((name) => name.includes('@auto-')),
      );
      assert.deepEqual(await names('pool=tank&snapshot_name__in=manual-1,none'), ['tank@manual-1']);
    }));

  it('takes filters, options and extra from the body of a GET', () =>
    withNas({ release: '24.10' }, async (nas) => {
      const body = {
        'query-filters': [['id', '$', nfsVolume]],
        'query-options': { select: ['id', 'used.parsed'], extra: { retrieve_children: true, properties: ['used'] } },
      };

      const { body: rows } = await askHttp(nas, '/api/v2.0/pool/dataset', { body });

      assert.deepEqual(rows, [{ id: `tank/k8s/nfs/vols/${nfsVolume}`, used: { parsed: 2_147_508_224 } }]);
    }));

  it('takes extra.… from the query', () =>
    withNas({ release: '24.10' }, async (nas) => {
      const { body } = await askHttp(nas, '/api/v2.0/pool/dataset?extra.retrieve_children=false&extra.properties=[]');

      assert.deepEqual(
        (body as { id: string }[]).map(({ id }) => id),
        ['flash', 'tank'],
      );
      assert.equal('used' in ((body as object[])[0] ?? {}), false);
    }));

  it('answers 404 for a missing item and an unknown path, 422 for an invalid option', () =>
    withNas({ release: '24.10' }, async (nas) => {
      const missing = await askHttp(nas, '/api/v2.0/sharing/nfs/id/999');
      const invalid = await askHttp(nas, '/api/v2.0/pool?limit=many');

      assert.equal(missing.status, 404);
      assert.match((missing.body as { readonly message: string }).message, /does not exist/);
      assert.equal((await askHttp(nas, '/api/v2.0/nvmet/subsys')).status, 404);
      assert.equal(invalid.status, 422);
      assert.deepEqual(Object.keys(invalid.body as object), ['options.limit']);
    }));

  it('takes the level of smb.status by POST', () =>
    withNas({ release: '24.10' }, async (nas) => {
      const { body } = await askHttp(nas, '/api/v2.0/smb/status', { method: 'POST', body: { info_level: 'SHARES' } });

      assert.deepEqual(
        (body as { service: string }[]).map(({ service }) => service),
        ['media'],
      );
    }));

  it('sends the date by the clock of the NAS', () =>
    withNas({ release: '24.10', clockSkewMs: 600_000 }, async (nas) => {
      const { headers } = await askHttp(nas, '/api/v2.0/core/ping');

      assert.equal(headers['date'], 'Mon, 23 Nov 2026 02:10:00 GMT');
    }));

  it('leaves an id out of the name of the call in its log', () =>
    withNas({ release: '24.10' }, async (nas) => {
      await askHttp(nas, '/api/v2.0/pool/dataset/id/tank%2Fmedia?x__eq=1');

      assert.deepEqual(nas.log.calls(), [{ system: 'nas/nas01', call: '/api/v2.0/pool/dataset/id/{id}' }]);
    }));
});
