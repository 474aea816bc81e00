import assert from 'node:assert/strict';
import { datasetOfIqn, linkVolumes, sharesOfDataset } from '../../src/correlate/volumes.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { ClusterSections, PersistentVolume } from '../../src/model/kubernetes.ts';
import type { VolumeLink } from '../../src/model/links.ts';
import type { Dataset, NasInventory, NasSections } from '../../src/model/truenas.ts';
import {
  failed,
  indexOfClusters,
  indexOfNases,
  iscsiDriver,
  makeBackend,
  makeCluster,
  makeCsi,
  makeDataset,
  makeExtent,
  makeNamespace,
  makeNas,
  makeNfsShare,
  makePlainVolume,
  makeReplication,
  makeSmbShare,
  makeStoragePod,
  makeSubsystem,
  makeTarget,
  makeTargetExtent,
  makeVolume,
  makeZvol,
  own,
  read,
  trueNasDriver,
} from './support/small.ts';

interface Field {
  readonly nases?: readonly NasInventory[];
  readonly backends?: readonly Backend[];
  readonly sections?: Partial<ClusterSections>;
}

/** The one link of the one volume; undefined when it is none of ours. */
function link(volume: PersistentVolume, field: Field = {}): VolumeLink | undefined {
  const { nases = [makeNas()], backends = [makeBackend()], sections = {} } = field;
  const clusters = indexOfClusters(makeCluster({ persistentVolumes: read([volume]), ...sections }));
  const links = linkVolumes(clusters, indexOfNases(...nases), backends);
  assert.ok(links.length < 2);
  return links[0];
}

/** `nas dataset by`, or the status. */
function backing(found: VolumeLink | undefined): string | undefined {
  if (found?.backing.status !== 'found') return found?.backing.status;
  const { nas, dataset, by } = found.backing.value;
  return `${nas} ${dataset.name} ${by}`;
}

const unreadOf = (lookup: VolumeLink['backing'] | VolumeLink['share'] | VolumeLink['mountedBy'] | undefined) =>
  lookup?.status === 'unknown' ? lookup.unread.map(({ source, name }) => `${source} ${name}`) : lookup?.status;

const holding = (...datasets: Dataset[]): Partial<NasSections> => ({ datasets: read(datasets) });
const nas02 = (sections: Partial<NasSections> = {}) => makeNas(sections, { name: 'nas02', addresses: ['10.9.0.6'] });

const volume = makeVolume('pvc-1');
const official = makeBackend({ driver: trueNasDriver, family: 'truenas-csi', protocol: 'mixed' });
const officialVolume = (handle: string, attributes = {}) =>
  makeVolume('pvc-1', { csi: makeCsi(handle, attributes, trueNasDriver) });
const onNas02 = makeBackend({ nas: 'nas02', id: 'second', parents: ['flash/k8s'] });
const iqn = 'iqn.2005-10.org.freenas.ctl:csi-pvc-1';
const blockVolume = makeVolume('pvc-1', {
  csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-iscsi', portal: '10.9.0.5:3260', iqn }, iscsiDriver),
});
const block = makeBackend({ driver: iscsiDriver, protocol: 'iscsi' });
const zvol = makeZvol('tank/k8s/pvc-1');
const exported = (at: string): Partial<NasSections> => ({
  iscsiGlobal: read([{ basename: 'iqn.2005-10.org.freenas.ctl' }]),
  iscsiTargets: read([makeTarget(7, 'csi-pvc-1')]),
  iscsiExtents: read([makeExtent(1, 'csi-pvc-1', { zvol: at })]),
  iscsiTargetExtents: read([makeTargetExtent(1, 7, 1)]),
});

describe('[U] correlate/volumes', () => {
  describe('the backend of a volume', () => {
    it('is the one that its cluster has for its driver', () => {
      const others = [makeBackend({ cluster: 'staging', id: 'theirs' }), block];

      assert.deepEqual(link(volume, { backends: [...others, makeBackend()] })?.backend, makeBackend());
    });

    it('is that of a driver declared in config also when its attributes tell nothing', () => {
      const bare = makeVolume('pvc-1', { csi: makeCsi('pvc-1', {}) });

      assert.equal(link(bare)?.backend?.nas, 'nas01');
      assert.equal(link(bare, { backends: [block] }), undefined);
    });

    it('is nobody’s concern where the volume is of another kind', () => {
      assert.equal(link(makePlainVolume('data')), undefined);
    });

    it('is, of several NASes, the one whose address the volume names', () => {
      const found = link(volume, { nases: [nas02(), makeNas()], backends: [onNas02, makeBackend()] });

      assert.equal(found?.backend?.nas, 'nas01');
    });

    it('is the one whose address the volume names, though another NAS holds a dataset of that name', () => {
      const copied = makeNas(holding(makeDataset('tank/k8s/pvc-1')));
      const moved = makeVolume('pvc-1', {
        csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs', server: '10.9.0.6' }),
      });

      const found = link(moved, { nases: [copied, nas02()], backends: [makeBackend(), onNas02] });

      assert.equal(found?.backend?.nas, 'nas02');
    });

    it('is, where the address tells nothing, the one that holds a dataset of that name', () => {
      const bare = makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs' }) });
      const backends = [makeBackend(), onNas02];
      const at = (...nases: NasInventory[]) => link(bare, { nases, backends })?.backend?.nas;

      assert.equal(at(makeNas(), nas02(holding(makeDataset('flash/k8s/pvc-1')))), 'nas02');
      assert.equal(at(makeNas(holding(makeDataset('tank/k8s/pvc-1'))), nas02()), 'nas01');
      assert.equal(at(makeNas(holding(makeDataset('flash/k8s/pvc-1'))), nas02()), 'nas01');
      assert.equal(at(makeNas(), nas02()), 'nas01');
    });

    it('is the one that holds it in one of its parents, though the NAS of another was not read', () => {
      const bare = makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs' }) });
      const absent = makeBackend({ nas: 'nas03', id: 'third' });
      const second = { ...onNas02, parents: ['flash/k8s', 'flash/more'] };

      const nases = [makeNas(), nas02(holding(makeDataset('flash/more/pvc-1')))];

      assert.equal(link(bare, { nases, backends: [absent, makeBackend(), second] })?.backend?.nas, 'nas02');
      assert.equal(link(volume, { nases, backends: [absent, makeBackend(), second] })?.backend?.nas, 'nas01');
    });

    it('is the one that holds it, where two NASes have the address', () => {
      const shared = [makeNas(), makeNas(holding(makeDataset('flash/k8s/pvc-1')), { name: 'nas02' })];
      const third = makeBackend({ nas: 'nas03', id: 'third' });
      const nases = [...shared, makeNas(holding(makeDataset('other')), { name: 'nas03', addresses: ['x'] })];

      assert.equal(link(volume, { nases, backends: [third, makeBackend(), onNas02] })?.backend?.nas, 'nas02');
    });

    it('is the first of those with the address before one without, where nobody holds it', () => {
      const nases = [makeNas(), makeNas({}, { name: 'nas02' }), makeNas({}, { name: 'nas03', addresses: ['x'] })];
      const third = makeBackend({ nas: 'nas03', id: 'third' });

      assert.equal(link(volume, { nases, backends: [third, makeBackend(), onNas02] })?.backend?.nas, 'nas01');
    });

    it('is, for truenas-csi, the one that holds the handle itself', () => {
      const second = makeBackend({ ...official, nas: 'nas02', id: 'second', parents: ['tank'] });
      const nases = [makeNas(holding(makeDataset('tank/tank/pvc-1'))), nas02(holding(makeDataset('tank/pvc-1')))];

      assert.equal(link(officialVolume('tank/pvc-1'), { nases, backends: [official, second] })?.backend?.nas, 'nas02');
    });
  });

  describe('a volume that cannot be judged', () => {
    const said = (found: VolumeLink | undefined) => [found?.reach, found?.outOfReach];

    it('is out of reach by its driver, though config has a backend for it', () => {
      const local = makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'zfs-local-dataset' }) });

      const found = link(local, { nases: [makeNas(holding(makeDataset('tank/k8s/pvc-1')))] });

      assert.deepEqual(said(found), [
        ...['outside', 'driver zfs-local-dataset keeps its volumes outside the TrueNAS databases'],
      ]);
      assert.deepEqual(found?.backing, { status: 'unknown', unread: [] });
      assert.deepEqual(found?.share, { status: 'unknown', unread: [] });
      assert.equal(found?.backend, undefined);
    });

    it('is static', () => {
      const manual = makeVolume('data', { csi: makeCsi('data', { provisioner_driver: 'node-manual' }) });

      assert.deepEqual(said(link(manual)), ['static', 'static volume']);
    });

    it('names a server that config does not', () => {
      const found = link(
        makeVolume('pvc-1', { csi: makeCsi('a', { provisioner_driver: 'freenas-nfs', server: 'x' }) }),
        {
          backends: [],
        },
      );

      assert.deepEqual(said(found), ['otherServer', 'its server x is none of the NASes in config']);
    });

    it('names none, and no NAS holds it', () => {
      const bare = makeVolume('pvc-1', { csi: makeCsi('a', { provisioner_driver: 'freenas-nfs' }) });

      assert.deepEqual(said(link(bare, { backends: [] })), ['notFound', 'no NAS in config is known to hold it']);
    });

    it('has a backend on a NAS that is not in the inventory', () => {
      assert.deepEqual(link(volume, { nases: [] })?.backing, { status: 'unknown', unread: [] });
    });
  });

  describe('the dataset of a volume', () => {
    it('is where its backend keeps its volumes, in any of its parents', () => {
      const twoParents = [makeBackend({ parents: ['tank/k8s', 'tank/more'] })];
      const at = (name: string) =>
        backing(link(volume, { nases: [makeNas(holding(makeDataset(name)))], backends: twoParents }));

      assert.equal(at('tank/k8s/pvc-1'), 'nas01 tank/k8s/pvc-1 name');
      assert.equal(at('tank/more/pvc-1'), 'nas01 tank/more/pvc-1 name');
    });

    it('is, for truenas-csi, the handle itself', () => {
      const nases = [makeNas(holding(makeDataset('tank/apps/pvc-1')))];

      assert.equal(
        backing(link(officialVolume('tank/apps/pvc-1'), { nases, backends: [official] })),
        'nas01 tank/apps/pvc-1 name',
      );
    });

    it('is at the expected place before one elsewhere that bears its name', () => {
      const moved = makeDataset('flash/pvc-1', { userProperties: own({ csi_volume_name: 'pvc-1' }) });
      const nases = [nas02(holding(moved)), makeNas(holding(moved, makeDataset('tank/k8s/pvc-1')))];

      assert.equal(backing(link(volume, { nases })), 'nas01 tank/k8s/pvc-1 name');
    });

    it('is found elsewhere by the name that CSI gave it, that of the volume or the handle', () => {
      const named = (csi_volume_name: string) => [
        makeNas(holding(makeDataset('flash/hashed', { userProperties: own({ csi_volume_name }) }))),
      ];
      const hashed = makeVolume('pvc-1', { csi: makeCsi('handle-1') });

      assert.equal(backing(link(hashed, { nases: named('pvc-1') })), 'nas01 flash/hashed csiName');
      assert.equal(backing(link(hashed, { nases: named('handle-1') })), 'nas01 flash/hashed csiName');
      assert.equal(backing(link(hashed, { nases: named('pvc-2') })), 'absent');
    });

    it('is found elsewhere by the last part of its name, also on another NAS', () => {
      const field = { nases: [makeNas(), nas02(holding(makeDataset('flash/k8s/pvc-1')))] };

      assert.equal(backing(link(volume, field)), 'nas02 flash/k8s/pvc-1 csiName');
      assert.equal(
        backing(link(officialVolume('tank/pvc-1'), { ...field, backends: [official] })),
        'nas02 flash/k8s/pvc-1 csiName',
      );
    });

    it('is not a copy that a replication made, unless the copy stands where it should', () => {
      const replications = read([makeReplication('backup')]);
      const copy = makeDataset('backup/k8s/pvc-1');
      const nases = [makeNas({ ...holding(copy), replications })];
      const restored = [makeBackend({ parents: ['backup/k8s'] })];

      assert.equal(backing(link(volume, { nases })), 'absent');
      assert.equal(backing(link(volume, { nases: [makeNas(), nas02({ ...holding(copy), replications })] })), 'absent');
      assert.equal(backing(link(volume, { nases, backends: restored })), 'nas01 backup/k8s/pvc-1 name');
    });

    it('is the original beside a copy, whichever is listed first', () => {
      const datasets = [makeDataset('backup/pvc-1'), makeDataset('flash/pvc-1')];
      const nases = [makeNas({ ...holding(...datasets), replications: read([makeReplication('backup')]) })];

      assert.equal(backing(link(volume, { nases })), 'nas01 flash/pvc-1 csiName');
    });

    it('is found by the path that is shared, on its own NAS alone', () => {
      const shared = makeVolume('pvc-1', {
        csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs', server: '10.9.0.5', share: '/mnt/tank/renamed/' }),
      });
      const renamed = holding(makeDataset('tank/renamed'));

      assert.equal(backing(link(shared, { nases: [makeNas(renamed)] })), 'nas01 tank/renamed sharePath');
      assert.equal(backing(link(shared, { nases: [makeNas(), nas02(renamed)] })), 'absent');
    });

    it('is found by the target that the volume names, on its own NAS alone', () => {
      const there = { ...holding(makeZvol('tank/renamed')), ...exported('tank/renamed') };
      const field = { backends: [block] };

      assert.equal(backing(link(blockVolume, { ...field, nases: [makeNas(there)] })), 'nas01 tank/renamed extent');
      assert.equal(backing(link(blockVolume, { ...field, nases: [makeNas(), nas02(there)] })), 'absent');
    });

    it('is absent when every list was read and nothing was found', () => {
      assert.deepEqual(link(volume)?.backing, { status: 'absent' });
      assert.deepEqual(link(blockVolume, { backends: [block] })?.backing, { status: 'absent' });
    });

    it('is unknown while a list of any NAS is missing that might name it', () => {
      const lost = (sections: Partial<NasSections>) =>
        unreadOf(link(volume, { nases: [makeNas(), nas02(sections)] })?.backing);

      assert.deepEqual(lost({ datasets: failed() }), ['nas/nas02 datasets']);
      assert.deepEqual(lost({ replications: failed() }), ['nas/nas02 replications']);
      assert.equal(lost({ snapshots: failed(), iscsiTargets: failed() }), 'absent');
    });

    it('is unknown where the volume names a server that config does not: it may lie there', () => {
      const on = (server: string) =>
        makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs', server }) });
      const field = { nases: [makeNas(), nas02()] };

      assert.deepEqual(link(on('10.77.0.5'), field)?.backing, {
        status: 'unknown',
        unread: [
          {
            source: 'cluster/prod',
            name: 'persistentVolumes',
            because: 'its server 10.77.0.5 is none of the NASes in config',
          },
        ],
      });
      assert.equal(backing(link(on('10.9.0.6'), field)), 'absent');
      assert.equal(
        backing(link(makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-smb' }) }), field)),
        'absent',
      );
    });

    it('is found where it should be, whatever server the volume names', () => {
      const moved = makeVolume('pvc-1', {
        csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs', server: 'old' }),
      });

      assert.equal(
        backing(link(moved, { nases: [makeNas(holding(makeDataset('tank/k8s/pvc-1')))] })),
        'nas01 tank/k8s/pvc-1 name',
      );
    });

    it('is unknown for a volume that names a target while a list of targets is missing', () => {
      for (const list of ['iscsiGlobal', 'iscsiTargets', 'iscsiExtents', 'iscsiTargetExtents'] as const) {
        const nases = [makeNas({ [list]: failed() })];

        assert.deepEqual(unreadOf(link(blockVolume, { nases, backends: [block] })?.backing), [`nas/nas01 ${list}`]);
        assert.equal(unreadOf(link(volume, { nases })?.backing), 'absent');
      }
    });
  });

  describe('the dataset behind a target', () => {
    const at = (name: string, sections: Partial<NasSections>) => {
      const index = indexOfNases(makeNas(sections)).get('nas01');
      return index === undefined ? undefined : datasetOfIqn(name, index)?.name;
    };
    const whole = { ...holding(zvol), ...exported(zvol.name) };

    it('is found by the whole name, by the short one, and by its end where the base name is not known', () => {
      assert.equal(at(iqn, whole), zvol.name);
      assert.equal(at('csi-pvc-1', whole), zvol.name);
      assert.equal(at(iqn, { ...whole, iscsiGlobal: failed() }), zvol.name);
      assert.equal(at(iqn.replace('csi-pvc-1', 'csi-pvc-2'), whole), undefined);
    });

    it('is the first that is there, of several extents', () => {
      const iscsiExtents = read([
        ...[makeExtent(1, 'file', { type: 'FILE' }), makeExtent(2, 'lost', { zvol: 'tank/lost' })],
        makeExtent(3, 'here', { zvol: zvol.name }),
      ]);
      const links = [1, 2, 3].map((extent) => makeTargetExtent(extent, 7, extent));

      assert.equal(at(iqn, { ...whole, iscsiExtents, iscsiTargetExtents: read(links) }), zvol.name);
    });

    it('is none without association, extent or zvol', () => {
      assert.equal(at(iqn, { ...whole, iscsiTargetExtents: read([]) }), undefined);
      assert.equal(at(iqn, { ...whole, datasets: read([]) }), undefined);
    });
  });

  describe('what serves a dataset', () => {
    const shares = (dataset: Dataset, sections: Partial<NasSections>) => {
      const index = indexOfNases(makeNas(sections)).get('nas01');
      return index === undefined ? [] : sharesOfDataset(dataset, index);
    };
    const media = makeDataset('tank/k8s/media', { mountpoint: '/mnt/tank/k8s/media/' });
    const path = '/mnt/tank/k8s/media';

    it('is every share of its path, the disabled ones marked', () => {
      const nfsShares = read([makeNfsShare(1, path), makeNfsShare(2, path, { enabled: false })]);
      const smbShares = read([makeSmbShare(3, 'media', { path }), makeSmbShare(4, 'off', { path, enabled: false })]);

      assert.deepEqual(shares(media, { nfsShares, smbShares }), [
        { protocol: 'nfs', ref: { nas: 'nas01', kind: 'NfsShare', id: 1, name: path }, isEnabled: true },
        { protocol: 'nfs', ref: { nas: 'nas01', kind: 'NfsShare', id: 2, name: path }, isEnabled: false },
        { protocol: 'smb', ref: { nas: 'nas01', kind: 'SmbShare', id: 3, name: 'media' }, isEnabled: true },
        { protocol: 'smb', ref: { nas: 'nas01', kind: 'SmbShare', id: 4, name: 'off' }, isEnabled: false },
      ]);
    });

    it('is every extent of its zvol, which serves only once it is enabled and has a target', () => {
      const extents = (enabled: boolean, links: number) => ({
        iscsiTargets: read([makeTarget(7, 'csi-pvc-1')]),
        iscsiExtents: read([makeExtent(1, 'csi-pvc-1', { zvol: zvol.name, enabled })]),
        iscsiTargetExtents: read(Array.from({ length: links }, () => makeTargetExtent(1, 7, 1))),
      });
      const ref = { nas: 'nas01', kind: 'IscsiExtent', id: 1, name: 'csi-pvc-1' };

      assert.deepEqual(shares(zvol, extents(true, 1)), [{ protocol: 'iscsi', ref, isEnabled: true }]);
      assert.deepEqual(shares(zvol, extents(true, 0)), [{ protocol: 'iscsi', ref, isEnabled: false }]);
      assert.deepEqual(shares(zvol, extents(false, 1)), [{ protocol: 'iscsi', ref, isEnabled: false }]);
    });

    it('is every namespace of its zvol, which serves only once it is enabled and has a subsystem', () => {
      const namespaces = (enabled: boolean, subsystem: number) => ({
        nvmeSubsystems: read([makeSubsystem(5, 'csi-pvc-1')]),
        nvmeNamespaces: read([makeNamespace(1, subsystem, { zvol: zvol.name, enabled })]),
      });
      const ref = { nas: 'nas01', kind: 'NvmeNamespace', id: 1, name: zvol.name };

      assert.deepEqual(shares(zvol, namespaces(true, 5)), [{ protocol: 'nvmeof', ref, isEnabled: true }]);
      assert.deepEqual(shares(zvol, namespaces(true, 6)), [{ protocol: 'nvmeof', ref, isEnabled: false }]);
      assert.deepEqual(shares(zvol, namespaces(false, 5)), [{ protocol: 'nvmeof', ref, isEnabled: false }]);
    });

    it('is nothing where nothing has its path or its zvol', () => {
      const sections = {
        nfsShares: read([makeNfsShare(1, '/mnt/tank/k8s')]),
        smbShares: read([makeSmbShare(2, 'k8s', { path: '/mnt/tank/k8s' })]),
        ...exported('tank/k8s/pvc-2'),
      };

      assert.deepEqual(shares(media, sections), []);
      assert.deepEqual(shares(zvol, sections), []);
    });
  });

  describe('the share of a volume', () => {
    const home = makeDataset('tank/k8s/pvc-1');
    const path = '/mnt/tank/k8s/pvc-1';
    const serving = (sections: Partial<NasSections>, dataset: Dataset, of = volume, backend = makeBackend()) =>
      link(of, { nases: [makeNas({ ...holding(dataset), ...sections })], backends: [backend] })?.share;
    const name = (share: VolumeLink['share'] | undefined) =>
      share?.status === 'found' ? `${share.value.kind} ${share.value.id}` : share?.status;
    const smb = makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-smb' }) });
    const nvme = makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nvmeof' }) });
    const bare = makeVolume('pvc-1', { csi: makeCsi('pvc-1', {}) });

    it('is the enabled share of its protocol', () => {
      const nfsShares = read([makeNfsShare(1, path, { enabled: false }), makeNfsShare(2, path)]);
      const smbShares = read([makeSmbShare(3, 'pvc-1', { path })]);

      assert.equal(name(serving({ nfsShares, smbShares }, home)), 'NfsShare 2');
      assert.equal(name(serving({ nfsShares, smbShares }, home, smb)), 'SmbShare 3');
      assert.equal(name(serving({ smbShares }, home)), 'absent');
      assert.equal(name(serving({ nfsShares: read([makeNfsShare(1, path, { enabled: false })]) }, home)), 'absent');
    });

    it('is an extent with its target, or a namespace', () => {
      const nvmeNamespaces = read([makeNamespace(4, 5, { zvol: zvol.name })]);
      const nvmeSubsystems = read([makeSubsystem(5, 'pvc-1')]);

      assert.equal(name(serving(exported(zvol.name), zvol, blockVolume, block)), 'IscsiExtent 1');
      assert.equal(name(serving({ nvmeNamespaces, nvmeSubsystems }, zvol, nvme)), 'NvmeNamespace 4');
    });

    it('is unknown while a list of its protocol is missing, and of no other', () => {
      const lost = (list: keyof NasSections, dataset: Dataset, of: PersistentVolume, backend?: Backend) =>
        unreadOf(serving({ [list]: failed() }, dataset, of, backend));

      assert.deepEqual(lost('nfsShares', home, volume), ['nas/nas01 nfsShares']);
      assert.deepEqual(lost('smbShares', home, smb), ['nas/nas01 smbShares']);
      for (const list of ['iscsiTargets', 'iscsiExtents', 'iscsiTargetExtents'] as const) {
        assert.deepEqual(lost(list, zvol, blockVolume, block), [`nas/nas01 ${list}`]);
      }
      for (const list of ['nvmeNamespaces', 'nvmeSubsystems'] as const) {
        assert.deepEqual(lost(list, zvol, nvme), [`nas/nas01 ${list}`]);
      }
      assert.equal(lost('smbShares', home, volume), 'absent');
      assert.equal(lost('nfsShares', home, smb), 'absent');
      assert.equal(lost('nvmeNamespaces', zvol, blockVolume, block), 'absent');
      assert.equal(lost('iscsiExtents', zvol, nvme), 'absent');
    });

    it('is unknown of a volume that another server serves: what is here may be a copy of the same name', () => {
      const on = (server: string) =>
        makeVolume('pvc-1', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs', server }) });

      assert.deepEqual(serving({}, home, on('10.9.0.6')), {
        status: 'unknown',
        unread: [
          {
            source: 'nas/nas01',
            name: 'nfsShares',
            because: 'its server 10.9.0.6 is not known as an address of nas01',
          },
        ],
      });
      assert.equal(name(serving({ nfsShares: read([makeNfsShare(1, path)]) }, home, on('10.9.0.6'))), 'NfsShare 1');
      assert.equal(name(serving({}, home, on('10.9.0.5'))), 'absent');
    });

    it('is unknown of a locked dataset, even of one that has a share', () => {
      const share = serving({ nfsShares: read([makeNfsShare(1, path)]) }, { ...home, locked: true });

      assert.deepEqual(share, {
        status: 'unknown',
        unread: [{ source: 'nas/nas01', name: 'datasets', because: 'tank/k8s/pvc-1 is locked' }],
      });
    });

    it('is unknown of a dataset of files that is mounted nowhere, not of a zvol', () => {
      const { mountpoint: _, ...unmounted } = home;

      assert.deepEqual(serving({}, unmounted), { status: 'unknown', unread: [] });
      assert.deepEqual(serving({}, unmounted, smb), { status: 'unknown', unread: [] });
      assert.equal(name(serving({}, zvol, nvme)), 'absent');
      assert.equal(name(serving({}, zvol, blockVolume, block)), 'absent');
    });

    it('is of the protocol of the backend where the volume tells none', () => {
      const smbShares = read([makeSmbShare(3, 'pvc-1', { path })]);

      assert.equal(name(serving({ smbShares }, home, bare, makeBackend({ protocol: 'smb' }))), 'SmbShare 3');
    });

    it('is of NFS where the protocol is not known and the dataset holds files; of a zvol it is unknown', () => {
      const nfsShares = read([makeNfsShare(1, path)]);

      for (const protocol of ['mixed', 'unknown'] as const) {
        const backend = makeBackend({ protocol });
        assert.equal(name(serving({ nfsShares }, home, bare, backend)), 'NfsShare 1');
        assert.deepEqual(serving({}, zvol, bare, backend), { status: 'unknown', unread: [] });
      }
    });

    it('is not asked for while the dataset is not found', () => {
      assert.deepEqual(link(volume)?.share, { status: 'unknown', unread: [] });
    });

    it('is looked for on the NAS where the dataset was found', () => {
      const there = nas02({
        ...holding(makeDataset('flash/k8s/pvc-1')),
        nfsShares: read([makeNfsShare(6, '/mnt/flash/k8s/pvc-1')]),
      });

      assert.deepEqual(link(volume, { nases: [makeNas(), there] })?.share, {
        status: 'found',
        value: { nas: 'nas02', kind: 'NfsShare', id: 6, name: '/mnt/flash/k8s/pvc-1' },
      });
    });
  });

  describe('the pods that mount a volume', () => {
    const claimed = { ...volume, claim: { namespace: 'shop', name: 'media' } };
    const mounted = (of: PersistentVolume, sections: Partial<ClusterSections>) => link(of, { sections })?.mountedBy;
    const pod = makeStoragePod('web', { claims: ['media'] });

    it('are those of its claim', () => {
      assert.deepEqual(mounted(claimed, { pods: read([pod]) }), { status: 'found', value: [pod] });
      assert.deepEqual(mounted(claimed, { pods: read([makeStoragePod('web', { claims: ['other'] })]) }), {
        status: 'absent',
      });
    });

    it('are unknown while the pods were not read', () => {
      assert.deepEqual(unreadOf(mounted(claimed, { pods: failed() })), ['cluster/prod pods']);
      assert.equal(unreadOf(mounted(claimed, { claims: failed() })), 'absent');
    });

    it('are none of a volume without claim, read or not', () => {
      assert.deepEqual(mounted(volume, { pods: failed() }), { status: 'absent' });
    });

    it('are named of a volume that cannot be judged, too', () => {
      const manual = { ...claimed, csi: makeCsi('data', { provisioner_driver: 'node-manual' }) };

      assert.deepEqual(mounted(manual, { pods: read([pod]) }), { status: 'found', value: [pod] });
    });
  });
});
