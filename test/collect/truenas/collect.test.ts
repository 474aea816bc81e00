import assert from 'node:assert/strict';
import { collectNas, openNas } from '../../../src/collect/truenas/open-nas.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { NasInventory, NasSectionName, NasSections } from '../../../src/model/truenas.ts';
import type { Release } from '../../../src/simulate/estate.ts';
import type { TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';
import type { CallRecord } from '../../../src/util/call-record.ts';
import { csiSnapshot, iscsiVolume, nfsVolume, scanKey } from '../../support/nas-state.ts';
import { nasTarget, quickRetry } from '../../support/nas-target.ts';
import { withNas } from '../../support/with-nas.ts';

const nfs = `tank/k8s/nfs/vols/${nfsVolume}`;
const deps = { log: silentLogger, retry: quickRetry, env: {} };

type ItemOf<K extends NasSectionName> = Extract<NasSections[K], { ok: true }>['items'][number];

function items<K extends NasSectionName>(inventory: NasInventory, name: K): readonly ItemOf<K>[] {
  const list = inventory.sections[name];
  assert.ok(list.ok, `${name} failed: ${JSON.stringify(list)}`);
  return list.items as readonly ItemOf<K>[];
}

function absentOf(inventory: NasInventory, name: NasSectionName): string | undefined {
  const list = inventory.sections[name];
  assert.ok(list.ok, `${name} failed`);
  return list.absent;
}

function collect(release: Release, look: (inventory: NasInventory, nas: TrueNasSimulator) => void | Promise<void>) {
  return withNas({ release }, async (nas) => look(await collectNas(nasTarget(nas), deps), nas));
}

describe('[I] collect/truenas/collect', () => {
  for (const [release, text, transport] of [
    ['core-13', '13.0', 'rest'],
    ['22.12', '22.12', 'rest'],
    ['24.10', '24.10', 'rest'],
    ['25.04', '25.04', 'jsonrpc'],
    ['25.10', '25.10', 'jsonrpc'],
    ['26', '26.0', 'jsonrpc'],
  ] as const) {
    describe(`TrueNAS ${text}`, () => {
      it('reads every list completely', () =>
        collect(release, (inventory) => {
          const broken = Object.entries(inventory.sections).filter(([, list]) => !list.ok);
          assert.deepEqual(broken, []);
          assert.equal(inventory.release, text);
          assert.equal(inventory.transport, transport);
          assert.deepEqual(inventory.addresses, ['127.0.0.1', '10.9.0.5']);
          assert.equal(items(inventory, 'datasets').length, 16);
          assert.equal(items(inventory, 'snapshots').length, 4);
          assert.equal(items(inventory, 'pools').length, 2);
        }));

      it('keeps the fields that verdicts rest on', () =>
        collect(release, (inventory) => {
          const dataset = items(inventory, 'datasets').find(({ name }) => name === nfs);
          const snapshot = items(inventory, 'snapshots').find(({ name }) => name === `${nfs}@${csiSnapshot}`);
          const clone = items(inventory, 'datasets').find(({ name }) => name.endsWith('pvc-clone'));
          assert.equal(dataset?.userProperties['democratic-csi:csi_volume_name']?.value, nfsVolume);
          assert.ok(dataset?.userPropertiesRead);
          assert.equal(dataset?.refquotaBytes, 10 * 1024 ** 3);
          assert.equal(dataset?.quotaBytes, null);
          assert.equal(clone?.origin, `${nfs}@${csiSnapshot}`);
          assert.equal(snapshot?.createTxg, '902211');
          assert.equal(snapshot?.createdAt, '2026-10-04T03:00:00.000Z');
          assert.equal(snapshot?.userProperties['democratic-csi:csi_snapshot_name']?.value, csiSnapshot);
          assert.deepEqual(items(inventory, 'nfsShares')[0]?.paths, [`/mnt/${nfs}`]);
          assert.equal(items(inventory, 'smbShares')[1]?.path, undefined);
          assert.equal(items(inventory, 'iscsiExtents')[0]?.zvol, `tank/k8s/iscsi/vols/${iscsiVolume}`);
          assert.equal(items(inventory, 'pools')[0]?.guid, '13596852411293265364');
          assert.equal(items(inventory, 'iscsiSessions').length, 1);
          assert.equal(items(inventory, 'replications')[0]?.targetDataset, 'flash/replica');
        }));

      it('lets no credential into the inventory', () =>
        collect(release, (inventory) => {
          assert.ok(!JSON.stringify(inventory).includes(scanKey.slice(3)));
        }));
    });
  }

  it('logs in once, and never uses REST from 25.04 on', () =>
    collect('25.04', (_, nas) => {
      const calls = nas.log.records.map(({ call }) => call);
      assert.equal(calls.filter((call) => call.startsWith('auth.login')).length, 1);
      assert.deepEqual(
        calls.filter((call) => call.startsWith('/api/v2.0')),
        [],
      );
    }));

  it('asks for each long list once', () =>
    collect('25.10', (_, nas) => {
      const calls = nas.log.records.map(({ call }) => call);
      for (const call of ['pool.dataset.query', 'pool.snapshot.query', 'zfs.resource.query', 'sharing.nfs.query']) {
        assert.equal(calls.filter((name) => name === call).length, 1, call);
      }
    }));

  it('uses a true source of user properties where the release has one, and UNKNOWN where it says LOCAL for all', async () => {
    const source = (inventory: NasInventory) =>
      items(inventory, 'datasets').find(({ name }) => name === 'flash/replica')?.userProperties[
        'democratic-csi:managed_resource'
      ]?.source;

    await collect('25.04', (inventory) => assert.equal(source(inventory), 'RECEIVED'));
    await collect('25.10', (inventory) => assert.equal(source(inventory), 'UNKNOWN'));
  });

  it('tells inherited user properties of snapshots from own ones up to 25.10', () =>
    collect('25.10', (inventory) => {
      const own = items(inventory, 'snapshots').find(({ name }) => name.endsWith(csiSnapshot))?.userProperties;
      const inherited = items(inventory, 'snapshots').find(({ name }) => name.includes('@auto-'))?.userProperties;
      assert.equal(own?.['democratic-csi:csi_snapshot_name']?.source, 'LOCAL');
      assert.equal(inherited?.['democratic-csi:managed_resource']?.source, 'INHERITED');
    }));

  it('derives nothing that CORE does not tell', () =>
    collect('core-13', (inventory) => {
      const [pool] = items(inventory, 'pools');
      const dataset = items(inventory, 'datasets').find(({ name }) => name === nfs);
      for (const field of ['sizeBytes', 'allocatedBytes', 'freeBytes']) assert.ok(!(field in (pool ?? {})), field);
      for (const field of ['usedByDatasetBytes', 'createdAt', 'guid']) assert.ok(!(field in (dataset ?? {})), field);
      assert.deepEqual(items(inventory, 'account'), [{ roles: [], isFullAdmin: true, missingRoles: [] }]);
    }));

  it('keeps guids above 2^53 digit by digit', () =>
    collect('26', (inventory, nas) => {
      const [dataset] = items(inventory, 'datasets');
      const [snapshot] = items(inventory, 'snapshots');
      assert.equal(dataset?.guid, nas.state.datasets.find(({ name }) => name === dataset?.name)?.guid);
      assert.equal(snapshot?.guid, nas.state.snapshots.find(({ name }) => name === snapshot?.name)?.guid);
    }));

  it('says of lists that a release does not have that they are absent', async () => {
    await collect('25.04', (inventory) => {
      assert.match(absentOf(inventory, 'nvmeSubsystems') ?? '', /25\.04/);
      assert.match(absentOf(inventory, 'nvmeSessions') ?? '', /25\.04/);
      assert.equal(absentOf(inventory, 'nfsClients'), undefined);
    });
    await collect('25.10', (inventory) => assert.equal(absentOf(inventory, 'nvmeSubsystems'), undefined));
  });

  it('reads an exported pool with nulls, on 26 too, where its path would be an error', () =>
    withNas({ release: '26' }, async (nas) => {
      const [tank, flash] = nas.state.pools;
      assert.ok(tank !== undefined && flash !== undefined);
      const datasets = nas.state.datasets.filter(({ name }) => !name.startsWith('flash'));
      nas.setState({ ...nas.state, datasets, pools: [tank, { ...flash, status: 'OFFLINE' }] });

      const inventory = await collectNas(nasTarget(nas), deps);

      const pool = items(inventory, 'pools').find(({ name }) => name === 'flash');
      assert.equal(pool?.status, 'OFFLINE');
      assert.ok(!('sizeBytes' in (pool ?? {})));
      assert.equal(items(inventory, 'snapshots').length, 4);
    }));

  it("measures the skew of the NAS's clock", () =>
    withNas(
      { release: '25.10', clockSkewMs: 400_000 },
      async (nas) => {
        const { clockSkewMs = 0 } = await collectNas(nasTarget(nas), deps);
        assert.ok(Math.abs(clockSkewMs - 400_000) < 2000, String(clockSkewMs));
      },
      { now: () => new Date() },
    ));

  it('tells the hook of every call, with counts and without parameters', () =>
    withNas({ release: '25.10' }, async (nas) => {
      const records: CallRecord[] = [];

      await collectNas(nasTarget(nas), { ...deps, onCall: (record) => records.push(record) });

      const datasets = records.find(({ method }) => method === 'pool.dataset.query');
      assert.equal(datasets?.system, 'nas/nas01');
      assert.equal(datasets?.outcome, 'ok');
      assert.equal(datasets?.count, 16);
      assert.ok((datasets?.bytes ?? 0) > 1000);
      assert.ok(records.some(({ method }) => method === 'GET /api/versions'));
      assert.ok(!JSON.stringify(records).includes(scanKey));
    }));

  it('asks for one list at a time where config says so', () =>
    withNas({ release: '25.10' }, async (nas) => {
      nas.faults.set([{ system: '*', call: '*', kind: 'latency', delayMs: 30 }]);
      const spans: { readonly from: number; readonly to: number }[] = [];
      const onCall = ({ method, durationMs }: CallRecord) => {
        const to = performance.now();
        if (/query|config/.test(method)) spans.push({ from: to - durationMs, to });
      };

      const inventory = await collectNas(nasTarget(nas, { callsAtOnce: 1 }), { ...deps, onCall });

      assert.ok(items(inventory, 'snapshots').length > 0);
      assert.ok(spans.length > 5);
      const overlaps = spans.filter(({ from }, index) => from < (spans[index - 1]?.to ?? 0) - 15);
      assert.deepEqual(overlaps, []);
    }));

  it('leaves out what a run does not want, and says so', () =>
    withNas({ release: '25.10' }, async (nas) => {
      const inventory = await collectNas(nasTarget(nas), { ...deps, sections: ['pools'] });

      assert.equal(items(inventory, 'pools').length, 2);
      assert.ok(!inventory.sections.datasets.ok && inventory.sections.datasets.error.code === 'notAsked');
    }));

  it('keeps one login between the first and the second reading', () =>
    withNas({ release: '25.10' }, async (nas) => {
      const session = openNas(nasTarget(nas), deps);
      await session.collect();

      const readings = await session.readAgain([
        { source: 'nas/nas01', kind: 'dataset', name: nfs, expect: 'present' },
        { source: 'nas/nas01', kind: 'dataset', name: 'tank/none', expect: 'absent' },
      ]);
      await session.close();

      assert.deepEqual(
        readings.map(({ status }) => status),
        ['present', 'absent'],
      );
      assert.equal(nas.log.records.filter(({ call }) => call.startsWith('auth.login')).length, 1);
    }));
});
