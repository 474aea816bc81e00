import assert from 'node:assert/strict';
import { bothUses, findUses, useKey } from '../../src/correlate/uses.ts';
import type { Lookup } from '../../src/model/collected.ts';
import type { ClusterInventory, ClusterSections, InlineVolume, PersistentVolume } from '../../src/model/kubernetes.ts';
import type { Use, VolumeLink } from '../../src/model/links.ts';
import type { Dataset, NasSections, Session } from '../../src/model/truenas.ts';
import {
  indexOfClusters,
  indexOfNases,
  makeCluster,
  makeCsi,
  makeDataset,
  makeExtent,
  makeNamespace,
  makeNas,
  makePlainVolume,
  makeSmbShare,
  makeStoragePod,
  makeSubsystem,
  makeTarget,
  makeTargetExtent,
  makeVolume,
  makeWorkload,
  makeZvol,
  own,
  read,
} from './support/small.ts';

const photos = makeDataset('tank/photos');
const zvol = makeZvol('tank/db');
/** Target csi-db serves tank/db. */
const target = {
  iscsiTargets: read([makeTarget(1, 'csi-db')]),
  iscsiExtents: read([makeExtent(2, 'csi-db', { zvol: 'tank/db' })]),
  iscsiTargetExtents: read([makeTargetExtent(3, 1, 2)]),
};

interface Sides {
  readonly clusters?: readonly ClusterInventory[];
  readonly nas01?: Partial<NasSections>;
  readonly nas02?: Partial<NasSections>;
  readonly links?: readonly VolumeLink[];
}

/** `nas dataset: kind name (from)`; both NASes hold tank/photos and tank/db, unless said otherwise. */
function usesIn({ clusters = [], nas01 = {}, nas02 = {}, links = [] }: Sides): string[] {
  const lists = { datasets: read([photos, zvol]), ...target };
  const nases = indexOfNases(
    makeNas({ ...lists, ...nas01 }),
    makeNas({ ...lists, ...nas02 }, { name: 'nas02', addresses: ['10.9.0.6', 'nas02.example.org'] }),
  );
  return [...findUses(indexOfClusters(...clusters), nases, links)].flatMap(([key, uses]) =>
    uses.map(({ kind, name, from }) => `${key}: ${kind} ${name} (${from})`),
  );
}

const usesOf = (cluster: Partial<ClusterSections>, rest: Sides = {}) =>
  usesIn({ clusters: [makeCluster(cluster)], ...rest });

const volumes = (...items: PersistentVolume[]) => ({ persistentVolumes: read(items) });
const onNfs = (path: string, server: string) => volumes(makePlainVolume('pv', { nfs: { server, path } }));
const onIscsi = (iqn: string, portal: string) =>
  volumes(makePlainVolume('pv', { iscsi: { portals: [portal], iqn, lun: 0 } }));
const staticUse = (at: string, name = 'pv') => `${at}: staticVolume ${name} (cluster/prod persistentVolumes)`;

describe('[U] correlate/uses, static volumes', () => {
  it('uses the dataset that is mounted at its path, on the NAS that it names', () => {
    assert.deepEqual(usesOf(onNfs('/mnt/tank/photos', '10.9.0.5')), [staticUse('nas01 tank/photos')]);
    assert.deepEqual(usesOf(onNfs('/mnt/tank/photos', 'nas02.example.org')), [staticUse('nas02 tank/photos')]);
  });

  it('uses the dataset on every NAS when its server is none that we know by name', () => {
    assert.deepEqual(usesOf(onNfs('/mnt/tank/photos', 'storage')), [
      staticUse('nas01 tank/photos'),
      staticUse('nas02 tank/photos'),
    ]);
  });

  it('uses the nearest dataset above its path', () => {
    const nested = { datasets: read([makeDataset('tank'), photos, makeDataset('tank/photos/2026')]) };
    const at = (path: string) => usesOf(onNfs(path, '10.9.0.5'), { nas01: nested });

    assert.deepEqual(at('/mnt/tank/photos/2026/'), [staticUse('nas01 tank/photos/2026')]);
    assert.deepEqual(at('/mnt/tank/photos/2025/summer'), [staticUse('nas01 tank/photos')]);
    assert.deepEqual(at('/mnt/tank/photosynthesis'), [staticUse('nas01 tank')]);
    assert.deepEqual(at('/mnt/tank/photos'), [staticUse('nas01 tank/photos')]);
    for (const path of ['/mnt/flash', '/mnt', '/', '', 'media']) assert.deepEqual(at(path), []);
  });

  it('uses the zvol behind the target that it names', () => {
    assert.deepEqual(usesOf(onIscsi('iqn.2005-10.org.freenas.ctl:csi-db', '10.9.0.5:3260')), [
      staticUse('nas01 tank/db'),
    ]);
    assert.deepEqual(usesOf(onIscsi('iqn.2005-10.org.freenas.ctl:csi-db', '10.9.0.6')), [staticUse('nas02 tank/db')]);
    assert.deepEqual(usesOf(onIscsi('iqn.2005-10.org.freenas.ctl:csi-mail', '10.9.0.5')), []);
  });

  it('uses every zvol behind the target, for nobody says which one its LUN is', () => {
    const two = {
      datasets: read([zvol, makeZvol('tank/log')]),
      iscsiExtents: read([makeExtent(2, 'db', { zvol: 'tank/db' }), makeExtent(4, 'log', { zvol: 'tank/log' })]),
      iscsiTargetExtents: read([makeTargetExtent(3, 1, 2), makeTargetExtent(5, 1, 4)]),
    };

    assert.deepEqual(usesOf(onIscsi('iqn:csi-db', '10.9.0.5'), { nas01: two }), [
      staticUse('nas01 tank/db'),
      staticUse('nas01 tank/log'),
    ]);
  });

  it('uses the dataset behind the SMB share that it names, in whatever case, of node-manual or csi-driver-smb', () => {
    const shared = { nas01: { smbShares: read([makeSmbShare(1, 'Photos', { path: '/mnt/tank/photos' })]) } };
    const naming = (attributes: Record<string, string>) =>
      usesOf(volumes(makePlainVolume('pv', { csi: makeCsi('by-hand', attributes) })), shared);

    assert.deepEqual(naming({ server: '10.9.0.5', share: 'photos' }), [staticUse('nas01 tank/photos')]);
    assert.deepEqual(naming({ source: '//10.9.0.5/PHOTOS/2026' }), [staticUse('nas01 tank/photos')]);
    assert.deepEqual(naming({ server: '10.9.0.5', share: 'music' }), []);
    assert.deepEqual(naming({ server: '10.9.0.6', share: 'photos' }), []);
  });

  it('uses the zvols of the subsystem that it names', () => {
    const served = {
      nvmeSubsystems: read([makeSubsystem(1, 'csi-db', { nqn: 'nqn.x:csi-db' })]),
      nvmeNamespaces: read([makeNamespace(2, 1, { zvol: 'tank/db' })]),
    };
    const naming = (nqn: string) =>
      usesOf(volumes(makePlainVolume('pv', { csi: makeCsi('by-hand', { transport: 'tcp://10.9.0.5:4420', nqn }) })), {
        nas01: served,
      });

    assert.deepEqual(naming('nqn.x:csi-db'), [staticUse('nas01 tank/db')]);
    assert.deepEqual(naming('nqn.x:csi-mail'), []);
  });

  it('uses nothing when it names no place', () => {
    assert.deepEqual(usesOf(volumes(makePlainVolume('pv'))), []);
  });
});

describe('[U] correlate/uses, volumes of drivers', () => {
  const volume = makeVolume('pvc-1', { csi: makeCsi('pvc-1', {}) });
  const named = (...datasets: Dataset[]) => ({
    nas01: { datasets: read(datasets) },
    nas02: { datasets: read<Dataset>([]) },
  });
  const link = (dataset: Dataset, by: 'name' | 'csiName'): VolumeLink => ({
    ...{ cluster: 'prod', volume, share: { status: 'absent' }, mountedBy: { status: 'absent' } },
    backing: { status: 'found', value: { nas: 'nas01', dataset, by } },
  });

  it('uses the dataset that it is linked to', () => {
    const own = makeDataset('tank/k8s/pvc-1');

    assert.deepEqual(usesIn({ links: [link(own, 'name')] }), [
      'nas01 tank/k8s/pvc-1: persistentVolume pvc-1 (cluster/prod persistentVolumes)',
    ]);
    for (const backing of [{ status: 'absent' as const }, { status: 'unknown' as const, unread: [] }])
      assert.deepEqual(usesIn({ links: [{ ...link(own, 'name'), backing }] }), []);
  });

  it('may use whatever bears its handle or its name, while nobody knows where it lies', () => {
    const datasets = [
      makeDataset('tank/a/pvc-1'),
      makeDataset('tank/hashed', { userProperties: own({ csi_volume_name: 'pvc-1' }) }),
      makeDataset('tank/a/pvc-2'),
    ];

    assert.deepEqual(usesOf(volumes(volume), named(...datasets)), [
      staticUse('nas01 tank/a/pvc-1', 'pvc-1'),
      staticUse('nas01 tank/hashed', 'pvc-1'),
    ]);
  });

  it('may use the dataset whose whole name is its handle, or whose CSI name is that of the volume', () => {
    const whole = makeVolume('x', { csi: makeCsi('tank/a/pvc-1', {}) });
    const hashed = makeVolume('pvc-1', { csi: makeCsi('5f0c', {}) });
    const properties = own({ csi_volume_name: 'pvc-1' });

    assert.deepEqual(usesOf(volumes(whole), named(makeDataset('tank/a/pvc-1'))), [
      staticUse('nas01 tank/a/pvc-1', 'x'),
    ]);
    assert.deepEqual(usesOf(volumes(hashed), named(makeDataset('tank/a/5f', { userProperties: properties }))), [
      staticUse('nas01 tank/a/5f', 'pvc-1'),
    ]);
  });

  it('uses a dataset once that bears its name in several ways', () => {
    const dataset = makeDataset('tank/a/pvc-1', { userProperties: own({ csi_volume_name: 'pvc-1' }) });

    assert.deepEqual(usesOf(volumes(volume), named(dataset)), [staticUse('nas01 tank/a/pvc-1', 'pvc-1')]);
  });

  it('uses no other of its name once its dataset stands where it should, be it on the same or on another NAS', () => {
    const [here, copy] = [makeDataset('tank/k8s/pvc-1'), makeDataset('flash/copy/pvc-1')];
    const sides = { nas01: { datasets: read([here, copy]) }, nas02: { datasets: read([copy]) } };
    const linked = 'nas01 tank/k8s/pvc-1: persistentVolume pvc-1 (cluster/prod persistentVolumes)';

    assert.deepEqual(usesOf(volumes(volume), { ...sides, links: [link(here, 'name')] }), [linked]);
    assert.deepEqual(usesOf(volumes(volume), { ...sides, links: [link(here, 'csiName')] }), [
      linked,
      staticUse('nas01 tank/k8s/pvc-1', 'pvc-1'),
      staticUse('nas01 flash/copy/pvc-1', 'pvc-1'),
      staticUse('nas02 flash/copy/pvc-1', 'pvc-1'),
    ]);
  });

  it('settles the volume of one cluster only, where another has one of the same UID and name', () => {
    const here = makeDataset('tank/k8s/pvc-1');
    const clusters = [makeCluster(volumes(volume), { name: 'dev' })];

    assert.deepEqual(usesIn({ clusters, ...named(here), links: [link(here, 'name')] }), [
      'nas01 tank/k8s/pvc-1: persistentVolume pvc-1 (cluster/prod persistentVolumes)',
      'nas01 tank/k8s/pvc-1: staticVolume pvc-1 (cluster/dev persistentVolumes)',
    ]);
  });
});

describe('[U] correlate/uses, inline volumes', () => {
  const nfs: InlineVolume[] = [{ kind: 'nfs', server: '10.9.0.5', path: '/mnt/tank/photos' }];
  const iscsi: InlineVolume[] = [{ kind: 'iscsi', portal: '10.9.0.5:3260', iqn: 'iqn:csi-db' }];
  const inlineUse = (at: string, name: string, cluster = 'prod') =>
    `${at}: inlineVolume shop/${name} (cluster/${cluster} pods)`;

  it('are of pods and of workloads, each in its cluster', () => {
    const clusters = [
      makeCluster({ pods: read([makeStoragePod('web', { inline: nfs })]) }),
      makeCluster({ workloads: read([makeWorkload('nightly', { inline: iscsi })]) }, { name: 'dev' }),
    ];

    assert.deepEqual(usesIn({ clusters }), [
      inlineUse('nas01 tank/photos', 'web'),
      inlineUse('nas01 tank/db', 'nightly', 'dev'),
    ]);
  });
});

describe('[U] correlate/uses, sessions', () => {
  const session = (protocol: Session['protocol'], object?: string): Session => ({
    protocol,
    client: '10.9.0.21',
    ...(object !== undefined && { object }),
  });
  const sessionUse = (at: string, section: string) => `${at}: session 10.9.0.21 (nas/nas01 ${section})`;

  it('are of initiators, by the target that they are logged in to', () => {
    const iscsiSessions = read([session('iscsi', 'iqn:csi-db'), session('iscsi'), session('iscsi', 'iqn:other')]);

    assert.deepEqual(usesIn({ nas01: { iscsiSessions } }), [sessionUse('nas01 tank/db', 'iscsiSessions')]);
  });

  it('are of NFS clients, by the dataset that is mounted at the export', () => {
    const nfsClients = read([session('nfs', '/mnt/tank/photos/'), session('nfs'), session('nfs', '/mnt/other')]);

    assert.deepEqual(usesIn({ nas01: { nfsClients } }), [sessionUse('nas01 tank/photos', 'nfsClients')]);
  });

  it('are of NFS and SMB clients also where a folder inside the dataset is what is shared', () => {
    const sections = {
      smbShares: read([makeSmbShare(1, 'summer', { path: '/mnt/tank/photos/2026/summer' })]),
      smbSessions: read([session('smb', 'summer')]),
      nfsClients: read([session('nfs', '/mnt/tank/photos/2026')]),
    };

    assert.deepEqual(usesIn({ nas01: sections }), [
      sessionUse('nas01 tank/photos', 'nfsClients'),
      sessionUse('nas01 tank/photos', 'smbSessions'),
    ]);
  });

  it('are of SMB clients, by the path of the share, in whatever case it is called', () => {
    const sections = {
      smbShares: read([
        makeSmbShare(1, 'Photos', { path: '/mnt/tank/photos/' }),
        makeSmbShare(2, 'dfs'),
        makeSmbShare(3, 'old', { path: '/mnt/old' }),
        makeSmbShare(4, '', { path: '/mnt/tank/photos' }),
      ]),
      smbSessions: read(['PHOTOS', 'dfs', 'old', 'music', undefined].map((share) => session('smb', share))),
    };

    assert.deepEqual(usesIn({ nas01: sections }), [sessionUse('nas01 tank/photos', 'smbSessions')]);
  });

  it('are of NVMe hosts, by name or NQN of the subsystem, for each of its zvols', () => {
    const sections = {
      datasets: read([zvol, makeZvol('tank/b'), makeZvol('tank/c')]),
      nvmeSubsystems: read([makeSubsystem(1, 'csi-a', { nqn: 'nqn:a' }), makeSubsystem(2, 'csi-c')]),
      nvmeNamespaces: read([
        makeNamespace(1, 1, { zvol: 'tank/db' }),
        makeNamespace(2, 1, { zvol: 'tank/b' }),
        makeNamespace(3, 2, { zvol: 'tank/c' }),
        makeNamespace(4, 1, { path: '/mnt/file' }),
        makeNamespace(5, 1, { zvol: 'tank/gone' }),
      ]),
    };
    const connected = (...objects: string[]) =>
      usesIn({ nas01: { ...sections, nvmeSessions: read(objects.map((object) => session('nvmeof', object))) } });
    const ofA = [sessionUse('nas01 tank/db', 'nvmeSessions'), sessionUse('nas01 tank/b', 'nvmeSessions')];

    assert.deepEqual(connected('csi-a'), ofA);
    assert.deepEqual(connected('nqn:a'), ofA);
    assert.deepEqual(connected('csi-c'), [sessionUse('nas01 tank/c', 'nvmeSessions')]);
    assert.deepEqual(connected('csi-x'), []);
  });

  it('are of no subsystem when the NAS does not say of which', () => {
    const sections = {
      nvmeSubsystems: read([makeSubsystem(1, 'csi-a')]),
      nvmeNamespaces: read([makeNamespace(1, 1, { zvol: 'tank/db' })]),
      nvmeSessions: read([session('nvmeof')]),
    };

    assert.deepEqual(usesIn({ nas01: sections }), []);
  });
});

describe('[U] correlate/uses, two answers as one', () => {
  const use = (name: string): Use => ({ kind: 'session', name, from: 'nas/nas01 nfsClients' });
  const found = (name: string): Lookup<readonly Use[]> => ({ status: 'found', value: [use(name)] });
  const unread = (name: string) => ({ source: 'cluster/prod' as const, name, because: 'no connection' });
  const unknown = (name: string): Lookup<readonly Use[]> => ({ status: 'unknown', unread: [unread(name)] });
  const absent: Lookup<readonly Use[]> = { status: 'absent' };

  it('is what both found', () => {
    assert.deepEqual(bothUses(found('a'), found('b')), { status: 'found', value: [use('a'), use('b')] });
  });

  it('is what one found, whatever the other says', () => {
    for (const other of [absent, unknown('pods')]) {
      assert.deepEqual(bothUses(found('a'), other), found('a'));
      assert.deepEqual(bothUses(other, found('a')), found('a'));
    }
  });

  it('is absent only when both say so', () => {
    assert.deepEqual(bothUses(absent, absent), absent);
    assert.deepEqual(bothUses(absent, unknown('pods')), unknown('pods'));
    assert.deepEqual(bothUses(unknown('pods'), absent), unknown('pods'));
    assert.deepEqual(bothUses(unknown('pods'), unknown('claims')), {
      status: 'unknown',
      unread: [unread('pods'), unread('claims')],
    });
  });

  it('names a dataset by its NAS, too', () => assert.equal(useKey('nas01', 'tank/a'), 'nas01 tank/a'));
});
