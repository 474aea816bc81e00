import assert from 'node:assert/strict';
import type { Release } from '../../../src/simulate/estate.ts';
import { Nas } from '../../../src/simulate/truenas/nas.ts';
import { csiSnapshot, makeDataset, makeNasState, makeSnapshot, nfsVolume } from '../../support/nas-state.ts';
import { simulatedNow } from '../../support/with-nas.ts';

type Row = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

const snapshot = `tank/k8s/nfs/vols/${nfsVolume}@${csiSnapshot}`;
const automatic = `tank/k8s/nfs/vols/${nfsVolume}@auto-2026-11-01_00-00`;

describe('[U] simulate/truenas/snapshots', () => {
  it('tells up to 25.10 which user property is the snapshot’s own and which its dataset’s', () => {
    for (const release of ['core-13', '24.10', '25.10'] as const) {
      const [own] = query(release, [['id', '=', snapshot]]);
      const [inherited] = query(release, [['id', '=', automatic]]);

      assert.equal(own?.properties['democratic-csi:managed_resource']?.['source'], 'LOCAL', release);
      assert.equal(own?.properties['democratic-csi:csi_volume_name']?.['source'], 'INHERITED', release);
      assert.equal(inherited?.properties['democratic-csi:managed_resource']?.['source'], 'INHERITED', release);
    }
  });

  it('tells no user properties on 26, and others only when they are named, as plain numbers', () => {
    const [bare] = query('26', [['id', '=', snapshot]]);
    const [named] = query('26', [['id', '=', snapshot]], { extra: { properties: ['creation', 'used'] } });

    assert.deepEqual(bare?.properties, {});
    assert.deepEqual(named?.properties['creation'], {
      value: '1791082800',
      rawvalue: '1791082800',
      parsed: 1791082800,
      source: 'NONE',
    });
  });

  it('narrows to the properties that are named, user properties among them', () => {
    const properties = ['used', 'democratic-csi:csi_snapshot_name'];

    const [row] = query('25.10', [['id', '=', snapshot]], { extra: { properties } });

    assert.deepEqual(Object.keys(row?.properties ?? {}), properties);
  });

  it('names clones, holds and deferred destruction', () => {
    const [origin] = query('24.10', [['id', '=', snapshot]]);
    const [deferred] = query('24.10', [['id', '$', '@snapshot-deferred']], { extra: { holds: true } });

    assert.equal(origin?.properties['clones']?.['rawvalue'], 'tank/k8s/nfs/vols/pvc-clone');
    assert.equal(origin?.['holds'], undefined);
    assert.equal(deferred?.properties['defer_destroy']?.['rawvalue'], 'on');
    assert.equal(deferred?.properties['userrefs']?.['rawvalue'], '1');
    assert.deepEqual(deferred?.['holds'], { truenas: 1 });
  });

  it('has other rows on CORE for names alone', () => {
    const rows = query('core-13', [], { select: ['name'] });

    assert.deepEqual(rows.at(-1), { name: 'tank@manual-1', pool: 'tank@manual-1' });
    assert.deepEqual(query('24.10', [['name', '=', 'tank@manual-1']], { select: ['name'] }), [
      { name: 'tank@manual-1' },
    ]);
  });

  it('takes a range of transactions', () => {
    const rows = query('25.10', [], { extra: { min_txg: 902_211, max_txg: 902_211 } });

    assert.deepEqual(
      rows.map(({ name }) => name),
      [snapshot],
    );
  });

  it('gives on 26 user properties without a source through zfs.resource.snapshot.query', () => {
    const [row] = callOn('26', 'zfs.resource.snapshot.query', [
      { paths: [snapshot], get_user_properties: true },
    ]) as readonly {
      readonly user_properties: Readonly<Record<string, string>>;
      readonly properties: object;
    }[];

    assert.equal(row?.user_properties['democratic-csi:csi_snapshot_name'], csiSnapshot);
    assert.equal(row?.user_properties['democratic-csi:csi_volume_name'], nfsVolume);
    assert.deepEqual(row?.properties, {});
  });

  it('serves 10,000 datasets and 50,000 snapshots within seconds', function () {
    this.timeout(30_000);
    const datasets = Array.from({ length: 10_000 }, (_, index) => makeDataset(`tank/vols/pvc-${index}`));
    const snapshots = Array.from({ length: 50_000 }, (_, index) =>
      makeSnapshot(`tank/vols/pvc-${index % 10_000}@s${index}`),
    );
    const state = makeNasState({ datasets: [makeDataset('tank'), makeDataset('tank/vols'), ...datasets], snapshots });
    const started = performance.now();

    const rows = callOn('25.10', 'pool.dataset.query', [], state) as readonly unknown[];
    const found = callOn(
      '25.10',
      'pool.snapshot.query',
      [[], { extra: { properties: ['used'] } }],
      state,
    ) as readonly unknown[];

    assert.equal(rows.length, 10_002);
    assert.equal(found.length, 50_000);
    assert.ok(performance.now() - started < 15_000, `${performance.now() - started} ms`);
  });
});

function query(release: Release, filters: readonly unknown[], options: object = {}): readonly Row[] {
  const method = release === '25.10' || release === '26' ? 'pool.snapshot.query' : 'zfs.snapshot.query';
  return callOn(release, method, [filters, options]) as readonly Row[];
}

function callOn(release: Release, method: string, params: readonly unknown[], state = makeNasState()): unknown {
  const nas = new Nas({ ...state, release }, () => simulatedNow);
  return nas.call(method, params, { user: { username: 'a', roles: ['READONLY_ADMIN'] }, byKey: true });
}
