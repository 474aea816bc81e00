import assert from 'node:assert/strict';
import type { NasState, Release } from '../../../src/simulate/estate.ts';
import { Nas } from '../../../src/simulate/truenas/nas.ts';
import { makeDataset, makeNasState, nfsVolume } from '../../support/nas-state.ts';
import { simulatedNow } from '../../support/with-nas.ts';

type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly children: readonly Row[] };

const nfs = `tank/k8s/nfs/vols/${nfsVolume}`;

describe('[U] simulate/truenas/datasets', () => {
  describe('retrieve_children false', () => {
    const bare = { extra: { retrieve_children: false } };

    it('gives pool roots only up to 25.04, whatever the filter, unless it names rows', () => {
      for (const release of ['22.12', '24.10', '25.04'] as const) {
        assert.deepEqual(ids(release, [], bare), ['flash', 'tank'], release);
        assert.deepEqual(ids(release, [['id', '^', 'tank/k8s']], bare), [], release);
        assert.deepEqual(ids(release, [['id', '=', nfs]], bare), [nfs], release);
        assert.deepEqual(ids(release, [['name', 'in', [nfs, 'tank/none']]], bare), [nfs], release);
      }
    });

    it('gives flat rows without children for any filter from 25.10 on, and roots without one', () => {
      for (const release of ['25.10', '26'] as const) {
        assert.deepEqual(ids(release, [], bare), ['flash', 'tank'], release);
        const rows = query(release, [['id', '^', 'tank/k8s/nfs/vols']], bare);
        assert.deepEqual(
          rows.map(({ id }) => id),
          ['tank/k8s/nfs/vols', nfs, 'tank/k8s/nfs/vols/pvc-clone'],
          release,
        );
        assert.ok(rows.every(({ children }) => children.length === 0));
      }
    });
  });

  it('gives a flat list by default in which every row still holds its tree, or the trees alone', () => {
    const flat = query('24.10', [], {});
    const trees = query('24.10', [], { extra: { flat: false } });

    assert.equal(flat.find(({ id }) => id === 'tank/k8s/nfs')?.children[1]?.children[0]?.id, nfs);
    assert.equal(flat.length, 16);
    assert.deepEqual(
      trees.map(({ id }) => id),
      ['flash', 'tank'],
    );
  });

  it('hides what each release hides', () => {
    const datasets = [
      'tank',
      'tank/.system',
      'tank/.ix-virt',
      'tank/.truenas_containers',
      'tank/k8s',
      'tank/k8s/ix-apps-test',
    ];
    const hidden = (release: Release) => {
      const shown = new Set(
        ids(release, [], {}, { datasets: datasets.map((name) => makeDataset(name)), snapshots: [] }),
      );
      return datasets.filter((name) => !shown.has(name));
    };

    assert.deepEqual(hidden('25.04'), ['tank/.system']);
    assert.deepEqual(hidden('25.10'), ['tank/.system', 'tank/.ix-virt', 'tank/k8s/ix-apps-test']);
    assert.deepEqual(hidden('26'), [
      'tank/.system',
      'tank/.ix-virt',
      'tank/.truenas_containers',
      'tank/k8s/ix-apps-test',
    ]);
  });

  it('tells user properties with their true source up to 25.04, and all as LOCAL from 25.10 on', () => {
    const datasets = [
      makeDataset('tank', { userProperties: { 'my:tag': 'x', 'org.freenas:description': 'all' } }),
      makeDataset('tank/a'),
      makeDataset('tank/r', { received: true, userProperties: { 'my:tag': 'y' } }),
    ];
    const of = (release: Release, id: string) =>
      query(release, [['id', '=', id]], {}, { datasets, snapshots: [] })[0] as Row & {
        readonly user_properties: Readonly<Record<string, { readonly source: string; readonly source_info: unknown }>>;
        readonly comments?: { readonly value: string };
      };

    assert.equal(of('24.10', 'tank/a').user_properties['my:tag']?.source, 'INHERITED');
    assert.equal(of('24.10', 'tank/a').user_properties['my:tag']?.source_info, 'tank');
    assert.equal(of('24.10', 'tank/r').user_properties['my:tag']?.source, 'RECEIVED');
    assert.equal(of('24.10', 'tank').comments?.value, 'all');
    assert.deepEqual(Object.keys(of('24.10', 'tank').user_properties), ['my:tag']);
    assert.equal(of('25.10', 'tank/a').user_properties['my:tag']?.source, 'LOCAL');
    assert.deepEqual(Object.keys(of('25.10', 'tank').user_properties).toSorted(), ['comments', 'my:tag']);
    assert.equal(of('25.10', 'tank').comments, undefined);
  });

  it('has no user properties, usedby… or creation on CORE, but a method of its own for the first', () => {
    const [row] = query('core-13', [['id', '=', nfs]], {});
    const [own] = callOn('core-13', 'pool.dataset.userprop.query', [[['id', '=', nfs]]]) as readonly {
      readonly properties: Readonly<Record<string, { readonly value: string; readonly source: string }>>;
    }[];

    assert.ok(row);
    for (const name of ['user_properties', 'usedbysnapshots', 'creation', 'snapdev'])
      assert.equal(name in row, false, name);
    assert.equal(own?.properties['democratic-csi:csi_volume_name']?.value, nfsVolume);
    assert.throws(() => callOn('22.12', 'pool.dataset.userprop.query', []), { kind: 'unknownMethod' });
  });

  it('knows referenced and logicalused from 25.10 on, when they are named', () => {
    const extra = { properties: ['used', 'referenced', 'logicalused', 'nonsense'], retrieve_user_props: false };
    const keys = (release: Release) =>
      Object.keys(query(release, [['id', '=', nfs]], { extra })[0] ?? {}).filter((key) =>
        /used|referenced|nonsense/.test(key),
      );

    assert.deepEqual(keys('25.04'), ['used']);
    assert.deepEqual(keys('25.10'), ['used', 'referenced', 'logicalused']);
    assert.equal('referenced' in (query('25.10', [['id', '=', nfs]], {})[0] ?? {}), false);
  });

  it('shows of a locked dataset little else than its name', () => {
    const [row] = query('25.10', [['id', '=', 'tank/vault']], {});

    assert.equal(row?.['locked'], true);
    assert.equal(row?.['key_loaded'], false);
    assert.deepEqual(row?.['user_properties'], {});
    assert.equal('used' in (row ?? {}), false);
  });

  it('writes sizes as each release does, with rawvalue and parsed the same everywhere', () => {
    const refquota = (release: Release) => query(release, [['id', '=', nfs]], {})[0]?.['refquota'] as Row;

    assert.equal(refquota('24.10')['value'], '10G');
    assert.equal(refquota('25.10')['value'], '10 GiB');
    assert.equal(refquota('24.10')['parsed'], 10_737_418_240);
    assert.equal(refquota('25.10')['rawvalue'], '10737418240');
    assert.deepEqual(query('25.10', [['id', '=', nfs]], {})[0]?.['quota'], {
      value: null,
      rawvalue: '0',
      parsed: null,
      source: 'DEFAULT',
      source_info: null,
    });
  });

  it('counts snapshots when asked', () => {
    const [row] = query('25.10', [['id', '=', nfs]], { extra: { snapshots_count: true } });

    assert.equal(row?.['snapshot_count'], 2);
  });
});

describe('[U] simulate/truenas/resources', () => {
  it('skips a missing path on 26 and raises on 25.10', () => {
    const argument = [{ paths: ['tank/none', 'flash'] }];

    assert.throws(() => callOn('25.10', 'zfs.resource.query', argument), { kind: 'notFound' });
    assert.equal((callOn('26', 'zfs.resource.query', argument) as readonly unknown[]).length, 1);
  });

  it('refuses paths that overlap when children are asked for', () => {
    const argument = [{ paths: ['tank', 'tank/k8s'], get_children: true }];

    assert.throws(() => callOn('26', 'zfs.resource.query', argument), { kind: 'validation' });
  });

  it('sends guids above 2^53 with all their digits', () => {
    const rows = callOn('26', 'zfs.resource.query', [{ paths: [nfs] }]);
    const guid = makeNasState().datasets.find(({ name }) => name === nfs)?.guid;

    assert.ok(JSON.stringify(rows).includes(`"guid":${guid},`));
  });
});

function query(release: Release, filters: readonly unknown[], options: object, fields: Partial<NasState> = {}) {
  return callOn(release, 'pool.dataset.query', [filters, options], fields) as readonly Row[];
}

function ids(release: Release, filters: readonly unknown[], options: object, fields: Partial<NasState> = {}) {
  return query(release, filters, options, fields).map(({ id }) => id);
}

function callOn(release: Release, method: string, params: readonly unknown[], fields: Partial<NasState> = {}): unknown {
  const nas = new Nas(makeNasState({ release, ...fields }), () => simulatedNow);
  return nas.call(method, params, { user: { username: 'a', roles: ['READONLY_ADMIN'] }, byKey: true });
}
