import assert from 'node:assert/strict';
import { findBackends, nasOfVolume } from '../../src/correlate/backends.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { ClusterInventory, ClusterSections, DriverConfig, PersistentVolume } from '../../src/model/kubernetes.ts';
import type { DeclaredBackend } from '../../src/model/options.ts';
import type { Dataset, NasInventory, NasSections } from '../../src/model/truenas.ts';
import {
  failed,
  indexOfNases,
  iscsiDriver,
  makeClass,
  makeCluster,
  makeContent,
  makeCsi,
  makeDataset,
  makeInventory,
  makeNas,
  makeNfsShare,
  makePlainVolume,
  makeVolume,
  nfsDriver,
  own,
  read,
  trueNasDriver,
} from './support/small.ts';

interface Field {
  readonly declared?: readonly DeclaredBackend[];
  readonly clusters?: readonly ClusterInventory[];
  readonly nases?: readonly NasInventory[];
}

const find = ({ declared = [], clusters = [makeCluster()], nases = [makeNas()] }: Field): Backend[] =>
  findBackends(makeInventory(clusters, nases), declared, indexOfNases(...nases));
const only = (field: Field): Backend | undefined => {
  const found = find(field);
  assert.equal(found.length, 1, found.map(({ id }) => id).join());
  return found[0];
};
const ids = (field: Field) => find(field).map(({ id }) => id);

const id = (driver: string, nas = 'nas01', cluster = 'prod') => `backend/${cluster}/${driver}@${nas}`;
const config: DeclaredBackend = { cluster: 'prod', driver: nfsDriver, nas: 'nas01' };
const holding = (...datasets: Dataset[]): Partial<NasSections> => ({ datasets: read(datasets) });
const nas02 = (sections: Partial<NasSections> = {}) => makeNas(sections, { name: 'nas02', addresses: ['10.9.0.6'] });
const withVolumes = (...volumes: PersistentVolume[]) => [makeCluster({ persistentVolumes: read(volumes) })];
const volumeOf = (handle: string, attributes: Readonly<Record<string, string>>, driver = nfsDriver) =>
  makeVolume(handle, { csi: makeCsi(handle, attributes, driver) });
const nfs = { provisioner_driver: 'freenas-nfs', server: '10.9.0.5' };
const iscsi = { provisioner_driver: 'freenas-iscsi', portal: '10.9.0.5:3260' };
const pvc1 = makeDataset('tank/k8s/pvc-1');

describe('[U] correlate/backends', () => {
  describe('what config declares', () => {
    it('stands as it is', () => {
      const whole: DeclaredBackend = {
        ...{ ...config, family: 'truenas-csi', protocol: 'iscsi', exclusive: true, instanceId: 'a' },
        ...{ parents: ['tank/k8s/'], detachedParents: ['tank/snaps/'] },
      };

      assert.deepEqual(find({ declared: [whole] }), [
        {
          ...{ id: id(nfsDriver), cluster: 'prod', driver: nfsDriver, family: 'truenas-csi', nas: 'nas01' },
          ...{ protocol: 'iscsi', parents: ['tank/k8s'], detachedParents: ['tank/snaps'], exclusive: true },
          ...{ instanceId: 'a', foundBy: 'config' },
        },
      ]);
    });

    it('leaves open what it does not say', () => {
      assert.deepEqual(find({ declared: [config] }), [
        {
          ...{ id: id(nfsDriver), cluster: 'prod', driver: nfsDriver, family: 'democratic-csi', nas: 'nas01' },
          ...{ protocol: 'unknown', parents: [], detachedParents: [], exclusive: false, foundBy: 'config' },
        },
      ]);
      assert.equal(only({ declared: [{ ...config, driver: trueNasDriver }] })?.family, 'truenas-csi');
    });

    it('is one backend where it names one twice: both parents, exclusive and of a protocol when both say so', () => {
      const first: DeclaredBackend = {
        ...config,
        parents: ['tank/b'],
        detachedParents: ['tank/y'],
        exclusive: true,
        protocol: 'nfs',
      };
      const second: DeclaredBackend = { ...first, parents: ['tank/a', 'tank/b'], detachedParents: ['tank/x'] };

      const { parents, detachedParents, exclusive, protocol } = only({ declared: [first, second] }) ?? {};

      assert.deepEqual(
        { parents, detachedParents, exclusive, protocol },
        {
          ...{ parents: ['tank/a', 'tank/b'], detachedParents: ['tank/x', 'tank/y'], exclusive: true, protocol: 'nfs' },
        },
      );
      assert.equal(only({ declared: [first, { ...second, exclusive: false }] })?.exclusive, false);
      assert.equal(only({ declared: [{ ...first, exclusive: false }, second] })?.exclusive, false);
      assert.equal(only({ declared: [first, { ...second, protocol: 'smb' }] })?.protocol, 'mixed');
    });

    it('is sorted by id', () => {
      const declared = [{ ...config, nas: 'nas02' }, config, { ...config, cluster: 'alpha' }];

      assert.deepEqual(ids({ declared }), [
        ...[id(nfsDriver, 'nas01', 'alpha'), id(nfsDriver), id(nfsDriver, 'nas02')],
      ]);
    });
  });

  describe('what volumes show', () => {
    it('is a backend with the parents of the volumes that were found, by name', () => {
      const clusters = withVolumes(volumeOf('pvc-1', nfs), volumeOf('pvc-2', nfs), volumeOf('pvc-3', nfs));
      const nases = [makeNas(holding(pvc1, makeDataset('tank/a/pvc-2')))];

      assert.deepEqual(find({ clusters, nases }), [
        {
          ...{ id: id(nfsDriver), cluster: 'prod', driver: nfsDriver, family: 'democratic-csi', nas: 'nas01' },
          ...{ protocol: 'nfs', parents: ['tank/a', 'tank/k8s'], detachedParents: [], exclusive: false },
          foundBy: 'volumes',
        },
      ]);
    });

    it('is one for each driver, NAS and cluster', () => {
      const there = { ...nfs, server: '10.9.0.6' };
      const [prod] = withVolumes(volumeOf('a', nfs), volumeOf('b', there), volumeOf('c', iscsi, iscsiDriver));
      const staging = makeCluster({ persistentVolumes: read([volumeOf('a', nfs)]) }, { name: 'staging' });

      assert.deepEqual(ids({ clusters: [prod ?? staging, staging], nases: [makeNas(), nas02()] }), [
        ...[id(iscsiDriver), id(nfsDriver), id(nfsDriver, 'nas02'), id(nfsDriver, 'nas01', 'staging')],
      ]);
    });

    it('is nothing of volumes that are out of reach, of other drivers, or that no NAS is known to hold', () => {
      const clusters = withVolumes(
        volumeOf('a', { provisioner_driver: 'node-manual', server: '10.9.0.5' }),
        volumeOf('b', { provisioner_driver: 'zfs-local-dataset', server: '10.9.0.5' }),
        volumeOf('c', { server: '10.9.0.5' }),
        volumeOf('d', { ...nfs, server: '192.0.2.1' }),
        makePlainVolume('e', { nfs: { server: '10.9.0.5', path: '/mnt/tank' } }),
      );

      assert.deepEqual(ids({ clusters }), []);
    });

    it('is nothing while the volumes were not read', () => {
      assert.deepEqual(ids({ clusters: [makeCluster({ persistentVolumes: failed() })] }), []);
    });

    it('is, of truenas-csi, the parent in the handle even where no dataset is', () => {
      const clusters = withVolumes(volumeOf('tank/apps/pvc-1', { nfsServer: '10.9.0.5' }, trueNasDriver));
      const { family, parents, protocol } = only({ clusters }) ?? {};

      assert.deepEqual(
        { family, parents, protocol },
        { family: 'truenas-csi', parents: ['tank/apps'], protocol: 'nfs' },
      );
      assert.deepEqual(
        only({ clusters: withVolumes(volumeOf('tank', { nfsServer: '10.9.0.5' }, trueNasDriver)) })?.parents,
        [],
      );
    });

    it('is no parent, of democratic-csi, where no dataset is', () => {
      assert.deepEqual(only({ clusters: withVolumes(volumeOf('tank/apps/pvc-1', nfs)) })?.parents, []);
    });

    it('is mixed where one driver serves several protocols', () => {
      const official = (protocol: string) =>
        volumeOf(`tank/${protocol}`, { protocol, nfsServer: '10.9.0.5' }, trueNasDriver);

      assert.equal(only({ clusters: withVolumes(official('nfs'), official('iscsi')) })?.protocol, 'mixed');
      assert.equal(only({ clusters: withVolumes(official('iscsi'), official('iscsi')) })?.protocol, 'iscsi');
    });

    it('has the instance id that all its volumes agree on', () => {
      const of = (handle: string, provisioner_driver_instance_id?: string) =>
        volumeOf(handle, { ...nfs, ...(provisioner_driver_instance_id && { provisioner_driver_instance_id }) });
      const found = (...volumes: PersistentVolume[]) => only({ clusters: withVolumes(...volumes) });

      assert.equal(found(of('a', 'x'), of('b', 'x'), of('c'))?.instanceId, 'x');
      assert.equal('instanceId' in (found(of('a', 'x'), of('b', 'y')) ?? {}), false);
      assert.equal('instanceId' in (found(of('a')) ?? {}), false);
    });

    it('fills in what config leaves open, and changes nothing that config says', () => {
      const clusters = [
        makeCluster({
          persistentVolumes: read([volumeOf('pvc-1', { ...nfs, provisioner_driver_instance_id: 'a' })]),
          volumeSnapshotContents: read([makeContent('c', { snapshotHandle: 'pvc-1/snapshot-1' })]),
        }),
      ];
      const nases = [makeNas(holding(pvc1, makeDataset('tank/snaps/pvc-1/snapshot-1')))];
      const said: Partial<DeclaredBackend> = {
        ...{ protocol: 'smb', instanceId: 'b', exclusive: true },
        ...{ parents: ['tank/mine'], detachedParents: ['tank/kept'] },
      };
      const open = only({ declared: [config], clusters, nases });
      const closed = only({ declared: [{ ...config, ...said }], clusters, nases });

      assert.deepEqual(open, {
        ...{ id: id(nfsDriver), cluster: 'prod', driver: nfsDriver, family: 'democratic-csi', nas: 'nas01' },
        ...{ protocol: 'nfs', parents: ['tank/k8s'], detachedParents: ['tank/snaps'], exclusive: false },
        ...{ instanceId: 'a', foundBy: 'config' },
      });
      assert.deepEqual(closed, { ...open, ...said });
    });

    it('leaves no instance id where neither side knows one', () => {
      const clusters = withVolumes(volumeOf('pvc-1', nfs));

      assert.equal('instanceId' in (only({ declared: [config], clusters }) ?? {}), false);
    });

    it('tells the family better than the name that somebody gave to the driver', () => {
      const clusters = withVolumes(volumeOf('pvc-1', nfs, trueNasDriver));

      assert.equal(only({ declared: [{ ...config, driver: trueNasDriver }], clusters })?.family, 'democratic-csi');
    });

    it('adds no NAS to a driver that config places on others, in its own cluster', () => {
      const clusters = withVolumes(volumeOf('pvc-1', nfs));
      const nases = [makeNas(), nas02()];
      const at = (declared: DeclaredBackend) => ids({ declared: [declared], clusters, nases });

      assert.deepEqual(at({ ...config, nas: 'nas02' }), [id(nfsDriver, 'nas02')]);
      assert.deepEqual(at({ ...config, nas: 'nas02', cluster: 'staging' }), [
        ...[id(nfsDriver), id(nfsDriver, 'nas02', 'staging')],
      ]);
      assert.deepEqual(at({ ...config, nas: 'nas02', driver: iscsiDriver }), [
        ...[id(iscsiDriver, 'nas02'), id(nfsDriver)],
      ]);
    });
  });

  describe('what detached snapshots show', () => {
    const seen = (snapshotHandle: string | undefined, datasets: readonly string[], driver = nfsDriver) => {
      const content = makeContent('c', { driver, ...(snapshotHandle !== undefined && { snapshotHandle }) });
      const volumeSnapshotContents = read([content]);
      const clusters = [makeCluster({ persistentVolumes: read([volumeOf('pvc-1', nfs)]), volumeSnapshotContents })];
      return only({ clusters, nases: [makeNas(holding(...datasets.map((name) => makeDataset(name))))] })
        ?.detachedParents;
    };

    it('is the parent of every dataset that bears the handle', () => {
      const datasets = ['tank/z/pvc-1/s-1', 'tank/a/pvc-1/s-1', 'tank/a/pvc-2/s-1', 'tank/b/xpvc-1/s-1'];

      assert.deepEqual(seen('pvc-1/s-1', datasets), ['tank/a', 'tank/z']);
    });

    it('is nothing of another driver, of another kind of handle, or of none', () => {
      assert.deepEqual(seen('pvc-1/s-1', ['tank/a/pvc-1/s-1'], iscsiDriver), []);
      assert.deepEqual(seen('pvc-1/x@s-1', ['tank/a/pvc-1/x@s-1']), []);
      assert.deepEqual(seen('s-1', ['tank/a/s-1']), []);
      assert.deepEqual(seen(undefined, ['tank/a/pvc-1/s-1']), []);
      assert.deepEqual(seen('pvc-1/s-1', []), []);
    });

    it('is nothing while the contents were not read', () => {
      const sections = { persistentVolumes: read([volumeOf('pvc-1', nfs)]), volumeSnapshotContents: failed() };

      assert.deepEqual(only({ clusters: [makeCluster(sections)] })?.detachedParents, []);
    });
  });

  describe('what the own config of a driver shows', () => {
    const told: DriverConfig = {
      ...{ driver: nfsDriver, protocol: 'nfs', hosts: ['nas.example', '10.9.0.5'], parent: 'tank/told/' },
    };
    const telling = (change: Partial<DriverConfig> = {}, sections: Partial<ClusterSections> = {}) => [
      makeCluster(sections, { driverConfigs: [{ ...told, ...change }] }),
    ];

    it('is a backend on the NAS that it names', () => {
      assert.deepEqual(
        find({ clusters: telling(), nases: [nas02(), makeNas({}, { addresses: ['nas01.lan', '10.9.0.5'] })] }),
        [
          {
            ...{ id: id(nfsDriver), cluster: 'prod', driver: nfsDriver, family: 'democratic-csi', nas: 'nas01' },
            ...{ protocol: 'nfs', parents: ['tank/told'], detachedParents: [], exclusive: false },
            foundBy: 'driverSecret',
          },
        ],
      );
    });

    it('is of democratic-csi, whatever the driver is called', () => {
      assert.equal(only({ clusters: telling({ driver: trueNasDriver }) })?.family, 'democratic-csi');
    });

    it('tells detached parent and instance id', () => {
      const { detachedParents, instanceId } =
        only({ clusters: telling({ detachedParent: 'tank/snaps', instanceId: 'a' }) }) ?? {};

      assert.deepEqual({ detachedParents, instanceId }, { detachedParents: ['tank/snaps'], instanceId: 'a' });
    });

    it('is nothing where it names none of our NASes, or several', () => {
      assert.deepEqual(ids({ clusters: telling({ hosts: ['192.0.2.1'] }) }), []);
      assert.deepEqual(
        ids({ clusters: telling({ hosts: ['10.9.0.5', '10.9.0.6'] }), nases: [makeNas(), nas02()] }),
        [],
      );
    });

    it('fills in what config leaves open, before volumes do', () => {
      const clusters = telling({ instanceId: 'a' }, { persistentVolumes: read([volumeOf('pvc-1', nfs)]) });
      const found = only({ declared: [config], clusters, nases: [makeNas(holding(pvc1))] });

      assert.deepEqual(
        [found?.parents, found?.protocol, found?.instanceId, found?.foundBy],
        [...[['tank/told'], 'nfs', 'a', 'config']],
      );
    });

    it('adds no NAS to a driver that config places elsewhere', () => {
      const declared = [{ ...config, nas: 'nas02' }];

      assert.deepEqual(ids({ declared, clusters: telling(), nases: [makeNas(), nas02()] }), [id(nfsDriver, 'nas02')]);
    });

    it('is filled in by volumes, on its own NAS', () => {
      const persistentVolumes = read([volumeOf('pvc-1', { ...nfs, provisioner_driver_instance_id: 'a' })]);
      const found = only({ clusters: telling({}, { persistentVolumes }), nases: [makeNas(holding(pvc1))] });

      assert.deepEqual([found?.parents, found?.instanceId, found?.foundBy], [['tank/told'], 'a', 'driverSecret']);
    });
  });

  describe('what the comments of shares show', () => {
    const comment = (dataset: string, driver = nfsDriver) => `democratic-csi (${driver}): ${dataset}`;
    const sharing = (...comments: string[]): Partial<NasSections> => ({
      nfsShares: read(comments.map((text, id) => makeNfsShare(id, `/mnt/${id}`, { comment: text }))),
    });
    const classes = { storageClasses: read([makeClass('nfs', nfsDriver), makeClass('nfs-2', nfsDriver)]) };
    const clusters = [makeCluster(classes)];

    it('is a backend of a cluster that has a class for the driver', () => {
      const nases = [makeNas(sharing(comment('tank/z/pvc-1'), comment('tank/a/pvc-2'), comment('tank'), 'media'))];

      assert.deepEqual(find({ clusters, nases }), [
        {
          ...{ id: id(nfsDriver), cluster: 'prod', driver: nfsDriver, family: 'democratic-csi', nas: 'nas01' },
          ...{ protocol: 'nfs', parents: ['tank/a', 'tank/z'], detachedParents: [], exclusive: false },
          foundBy: 'properties',
        },
      ]);
    });

    it('is one for each driver and NAS', () => {
      const both = [makeCluster({ storageClasses: read([makeClass('a', nfsDriver), makeClass('b', 'org.b')]) })];
      const nases = [
        makeNas(sharing(comment('tank/a/pvc-1'), comment('tank/b/pvc-2', 'org.b'))),
        nas02(sharing(comment('flash/b/pvc-2', 'org.b'))),
      ];

      assert.deepEqual(
        find({ clusters: both, nases }).map(({ nas, driver, parents }) => [nas, driver, ...parents]),
        [
          ['nas01', 'org.b', 'tank/b'],
          ['nas01', nfsDriver, 'tank/a'],
        ],
      );
    });

    it('is nothing without a class for it, or while classes or shares were not read', () => {
      const nases = [makeNas(sharing(comment('tank/a/pvc-1')))];

      assert.deepEqual(ids({ nases }), []);
      assert.deepEqual(ids({ nases, clusters: [makeCluster({ storageClasses: failed() })] }), []);
      assert.deepEqual(ids({ nases: [makeNas({ nfsShares: failed() })], clusters }), []);
    });

    it('adds nothing to a driver that its cluster is known to have', () => {
      const nases = [makeNas(), nas02(sharing(comment('flash/a/pvc-1')))];
      const persistentVolumes = read([volumeOf('pvc-1', nfs)]);

      assert.deepEqual(ids({ nases, clusters: [makeCluster({ ...classes, persistentVolumes })] }), [id(nfsDriver)]);
      assert.deepEqual(ids({ nases, clusters, declared: [config] }), [id(nfsDriver)]);
      assert.deepEqual(ids({ nases, clusters, declared: [{ ...config, cluster: 'staging' }] }), [
        ...[id(nfsDriver, 'nas02'), id(nfsDriver, 'nas01', 'staging')],
      ]);
      assert.deepEqual(ids({ nases, clusters, declared: [{ ...config, driver: iscsiDriver }] }), [
        ...[id(iscsiDriver), id(nfsDriver, 'nas02')],
      ]);
    });
  });

  describe('the NAS of a volume', () => {
    const at = (volume: PersistentVolume, ...nases: NasInventory[]) =>
      nasOfVolume(volume, indexOfNases(...nases))?.nas.name;
    const bare = volumeOf('pvc-1', { provisioner_driver: 'freenas-nfs' });

    it('is the one whose address it names, whoever holds a dataset of that name', () => {
      assert.equal(at(volumeOf('pvc-1', nfs), makeNas(), nas02(holding(pvc1))), 'nas01');
      assert.equal(at(volumeOf('pvc-1', nfs), nas02(holding(pvc1)), makeNas()), 'nas01');
    });

    it('is the one that holds it, where the address is nobody’s, two have it, or there is none', () => {
      const held = nas02(holding(pvc1));

      assert.equal(at(volumeOf('pvc-1', { ...nfs, server: 'nas.example' }), makeNas(), held), 'nas02');
      assert.equal(at(volumeOf('pvc-1', nfs), makeNas(), { ...held, addresses: ['10.9.0.5'] }), 'nas02');
      assert.equal(at(bare, makeNas(), held), 'nas02');
    });

    it('is nobody’s where none holds it, or two do', () => {
      assert.equal(at(bare, makeNas(), nas02()), undefined);
      assert.equal(at(bare, makeNas(holding(pvc1)), nas02(holding(pvc1))), undefined);
    });

    it('is nobody’s of a volume of no driver of ours', () => {
      assert.equal(at(volumeOf('pvc-1', {}), makeNas(holding(pvc1))), undefined);
    });

    it('is found by the name that CSI gave the dataset, by the path that is shared, or by the last part', () => {
      const named = makeDataset('flash/hashed', { userProperties: own({ csi_volume_name: 'pvc-1' }) });
      const shared = volumeOf('pvc-1', { provisioner_driver: 'freenas-nfs', share: '/mnt/flash/hashed/' });

      assert.equal(at(bare, makeNas(holding(named)), nas02()), 'nas01');
      assert.equal(at(shared, makeNas(holding(makeDataset('flash/hashed'))), nas02()), 'nas01');
      assert.equal(at(bare, makeNas(holding(makeDataset('a/pvc-1'))), nas02()), 'nas01');
      assert.equal(at(bare, makeNas(holding(makeDataset('a/pvc-1'), makeDataset('b/pvc-1'))), nas02()), undefined);
    });

    it('is found by the path where two datasets bear its name', () => {
      const named = (place: string) => makeDataset(place, { userProperties: own({ csi_volume_name: 'pvc-1' }) });
      const shared = volumeOf('pvc-1', { provisioner_driver: 'freenas-nfs', share: '/mnt/a/x' });
      const parents = (volume: PersistentVolume) =>
        only({ clusters: withVolumes(volume), nases: [makeNas(holding(named('b/y'), named('a/x')))] })?.parents;

      assert.deepEqual(parents(volumeOf('pvc-1', { ...nfs, share: '/mnt/a/x' })), ['a']);
      assert.deepEqual(parents(volumeOf('pvc-1', nfs)), []);
      assert.equal(at(shared, makeNas(holding(named('b/y'), named('a/x'))), nas02()), 'nas01');
    });

    it('is, for truenas-csi, the one that has a dataset with the whole handle', () => {
      const official = volumeOf('tank/pvc-1', {}, trueNasDriver);

      assert.equal(
        at(official, makeNas(holding(makeDataset('x/tank/pvc-1'))), nas02(holding(makeDataset('tank/pvc-1')))),
        'nas02',
      );
      assert.equal(at(official, makeNas(holding(pvc1))), undefined);
    });
  });
});
