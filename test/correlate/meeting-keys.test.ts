import assert from 'node:assert/strict';
import { keysOfCluster, keysOfNas } from '../../src/correlate/meeting-keys.ts';
import type { ClusterSections, PersistentVolume } from '../../src/model/kubernetes.ts';
import type { NasSections } from '../../src/model/truenas.ts';
import {
  failed,
  iscsiDriver,
  makeClaim,
  makeClass,
  makeCluster,
  makeContent,
  makeCsi,
  makeDataset,
  makeExtent,
  makeNamespace,
  makeNas,
  makeNfsShare,
  makePlainVolume,
  makeSmbShare,
  makeSnapshotObject,
  makeStoragePod,
  makeSubsystem,
  makeTarget,
  makeVolume,
  makeWorkload,
  makeZfsSnapshot,
  makeZvol,
  nfsDriver,
  own,
  read,
  uid,
} from './support/small.ts';

const sorted = (keys: Iterable<string>) => [...keys].toSorted();
const ofNas = (sections: Partial<NasSections>) => keysOfNas(makeNas(sections));
const nasKeys = (sections: Partial<NasSections>) => sorted(ofNas(sections).keys);
const ofCluster = (sections: Partial<ClusterSections>) => keysOfCluster(makeCluster(sections));
const clusterKeys = (sections: Partial<ClusterSections>) => sorted(ofCluster(sections).keys);
const pointers = (sections: Partial<ClusterSections>) =>
  Object.fromEntries([...ofCluster(sections).pointers].map(([server, keys]) => [server, sorted(keys)]));

const a = uid('a');
const named = `pvc-${a}`;
/** What a name with a claim's UID in it can be met by. */
const claimed = [`l:${named}`, `u:${a}`];

describe('[U] correlate/meeting-keys', () => {
  describe('a NAS can be met', () => {
    it('by the last part of a dataset, and by what stands at or below its mountpoint', () => {
      assert.deepEqual(
        nasKeys({ datasets: read([makeDataset('tank/k8s/media', { mountpoint: '/mnt/tank/k8s/media/' })]) }),
        [...['l:media', 'p:/mnt/tank/k8s/media']],
      );
      assert.deepEqual(nasKeys({ datasets: read([makeZvol('tank/k8s/disk')]) }), ['l:disk']);
    });

    it('by the mountpoint of a pool itself, not by everything below it', () => {
      assert.deepEqual(nasKeys({ datasets: read([makeDataset('tank')]) }), ['=/mnt/tank', 'l:tank']);
    });

    it('by the UID in the name of a dataset, and by the name that the volume of that claim would have', () => {
      assert.deepEqual(nasKeys({ datasets: read([makeZvol(`tank/k8s/vol_pvc-${uid('A')}`)]) }), [
        ...[`l:${named}`, `l:vol_pvc-${uid('A')}`, `u:${a}`],
      ]);
      assert.deepEqual(nasKeys({ datasets: read([makeZvol(`tank/snaps/snapshot-${a}`)]) }), [
        ...[`l:snapshot-${a}`, `u:${a}`],
      ]);
    });

    it('by the name that CSI gave a dataset, which may be a copy of the original elsewhere', () => {
      const datasets = read([makeZvol('tank/k8s/hashed', { userProperties: own({ csi_volume_name: named }) })]);

      assert.deepEqual(nasKeys({ datasets }), ['l:hashed', ...claimed]);
      assert.deepEqual([...ofNas({ datasets }).copies], [`l:${named}`]);
      assert.deepEqual([...ofNas({ datasets: read([makeZvol(`tank/k8s/${named}`)]) }).copies], []);
    });

    it('by a snapshot: its dataset and the UID in its name', () => {
      const snapshots = read([makeZfsSnapshot(`tank/k8s/${named}@snapshot-${uid('b')}`)]);

      assert.deepEqual(nasKeys({ snapshots }), [...claimed, `u:${uid('b')}`]);
      assert.deepEqual(nasKeys({ snapshots: read([makeZfsSnapshot('tank/media@auto-2026')]) }), ['l:media']);
    });

    it('by each path of an NFS share, its last part and the UID in it', () => {
      const nfsShares = read([makeNfsShare(1, '', { paths: ['/mnt/tank/media/', `/mnt/tank/${named}/app`] })]);

      assert.deepEqual(nasKeys({ nfsShares }), [
        ...['=/mnt/tank/media', `=/mnt/tank/${named}/app`, 'l:app', 'l:media', ...claimed].toSorted(),
      ]);
    });

    it('by the driver in the comment of an NFS share, once', () => {
      const comment = `democratic-csi (${nfsDriver}): tank/k8s/media`;
      const shares = [1, 2].map((id) => makeNfsShare(id, '/mnt/a', { comment }));

      assert.deepEqual(
        ofNas({ nfsShares: read([...shares, makeNfsShare(3, '/mnt/b', { comment: 'mine' })]) }).drivers,
        [nfsDriver],
      );
    });

    it('by the name of an SMB share, the UID in it, and its path', () => {
      const smbShares = read([makeSmbShare(1, `k8s-${named}`, { path: '/mnt/tank/hashed' }), makeSmbShare(2, 'Ext')]);

      assert.deepEqual(nasKeys({ smbShares }), [
        ...['=/mnt/tank/hashed', 's:ext', `s:k8s-${named}`, 'l:hashed', ...claimed].toSorted(),
      ]);
    });

    it('by an extent: the UID in its name, and its zvol, there or not', () => {
      assert.deepEqual(nasKeys({ iscsiExtents: read([makeExtent(1, `csi-${named}`, { zvol: 'tank/k8s/disk' })]) }), [
        ...['l:disk', ...claimed],
      ]);
      assert.deepEqual(nasKeys({ iscsiExtents: read([makeExtent(1, 'file', { type: 'FILE' })]) }), []);
    });

    it('by the short name of a target, and the UID in it', () => {
      assert.deepEqual(nasKeys({ iscsiTargets: read([makeTarget(1, `iqn.2005-10.org.x:csi-${named}`)]) }), [
        ...[`i:csi-${named}`, ...claimed],
      ]);
    });

    it('by a namespace: its zvol, there or not', () => {
      assert.deepEqual(
        nasKeys({ nvmeNamespaces: read([makeNamespace(1, 5, { zvol: `tank/${named}` }), makeNamespace(2, 5)]) }),
        [...claimed],
      );
    });

    it('by a subsystem: the UID in its name, and its NQN', () => {
      const nvmeSubsystems = read([
        makeSubsystem(5, `csi-${named}`, { nqn: 'nqn.2011-06.com:x' }),
        makeSubsystem(6, 'b'),
      ]);

      assert.deepEqual(nasKeys({ nvmeSubsystems }), [...claimed, 'n:nqn.2011-06.com:x'].toSorted());
    });

    it('by nothing that was not read', () => {
      const { keys, copies, drivers } = ofNas({ datasets: failed(), snapshots: failed(), nfsShares: failed() });

      assert.deepEqual([[...keys], [...copies], drivers], [[], [], []]);
    });
  });

  describe('a cluster looks', () => {
    it('for the names and handles of its volumes, whole and by their last part', () => {
      const persistentVolumes = read([
        makeVolume('pvc-1', { csi: makeCsi('tank/k8s/media', {}) }),
        makePlainVolume('data'),
      ]);

      assert.deepEqual(clusterKeys({ persistentVolumes }), ['l:data', 'l:media', 'l:pvc-1', 'l:tank/k8s/media']);
    });

    it('for the UIDs of its claims and snapshots, in small letters', () => {
      assert.deepEqual(clusterKeys({ claims: read([makeClaim('media', { uid: uid('A') })]) }), [`u:${a}`]);
      assert.deepEqual(clusterKeys({ volumeSnapshots: read([makeSnapshotObject('s', { uid: uid('A') })]) }), [
        `u:${a}`,
      ]);
    });

    it('for the handles of its contents: snapshot, volume and the UID in the name', () => {
      const of = (rest: Parameters<typeof makeContent>[1]) =>
        clusterKeys({ volumeSnapshotContents: read([makeContent('c', rest)]) });

      assert.deepEqual(of({ snapshotHandle: 'tank/k8s/pvc-1@snapshot-1' }), ['l:pvc-1', 'l:snapshot-1']);
      assert.deepEqual(of({ sourceSnapshotHandle: 'pvc-1@snapshot-1' }), ['l:pvc-1', 'l:snapshot-1']);
      assert.deepEqual(of({ snapshotHandle: `pvc-1/snapshot-${a}` }), [`l:snapshot-${a}`, `u:${a}`]);
      assert.deepEqual(of({ snapshotHandle: `pvc-1@snapshot-${a}` }), ['l:pvc-1', `l:snapshot-${a}`, `u:${a}`]);
      assert.deepEqual(of({ snapshotHandle: 'bare' }), ['l:bare']);
      assert.deepEqual(of({}), []);
    });

    it('for the snapshot that a content was made for, by reference or by name', () => {
      const of = (name: string, rest = {}) => clusterKeys({ volumeSnapshotContents: read([makeContent(name, rest)]) });

      assert.deepEqual(of('c', { snapshotRef: { namespace: 'shop', name: 's', uid: uid('A') } }), [`u:${a}`]);
      assert.deepEqual(of(`snapcontent-${a}`), [`u:${a}`]);
    });

    it('for the drivers of its classes, each once', () => {
      const storageClasses = read([makeClass('a', nfsDriver), makeClass('b', nfsDriver), makeClass('c', iscsiDriver)]);

      assert.deepEqual(ofCluster({ storageClasses }).provisioners, [nfsDriver, iscsiDriver]);
    });

    it('for nothing that was not read', () => {
      const {
        keys,
        pointers: to,
        placedBy,
        provisioners,
      } = ofCluster({ persistentVolumes: failed(), claims: failed() });

      assert.deepEqual([[...keys], [...to], placedBy, provisioners], [[], [], [], []]);
    });
  });

  describe('a volume points', () => {
    const of = (volume: PersistentVolume) => pointers({ persistentVolumes: read([volume]) });

    it('at its path and at every one above it, on the server that it names', () => {
      assert.deepEqual(of(makePlainVolume('data', { nfs: { server: '10.9.0.5', path: '/mnt/tank/data/' } })), {
        '10.9.0.5': ['=/mnt/tank/data', 'p:/mnt', 'p:/mnt/tank', 'p:/mnt/tank/data'],
      });
      assert.deepEqual(of(makePlainVolume('all', { nfs: { server: 'x', path: '/' } })), { x: ['=/'] });
    });

    it('at an SMB share, by its name', () => {
      const csi = makeCsi('media', { provisioner_driver: 'freenas-smb', server: 'x', share: 'media' });

      assert.deepEqual(of(makeVolume('media', { csi })), { x: ['=media', 'p:media', 's:media'] });
    });

    it('at a target, by the short name, and at a subsystem', () => {
      const iqn = 'iqn.2005-10.org.x:csi-pvc-1';

      assert.deepEqual(of(makePlainVolume('disk', { iscsi: { portals: ['10.9.0.5:3260'], iqn } })), {
        '10.9.0.5': ['i:csi-pvc-1'],
      });
      assert.deepEqual(
        of(makeVolume('disk', { csi: makeCsi('d', { transport: 'tcp://10.9.0.5:4420', nqn: 'nqn.x' }) })),
        {
          '10.9.0.5': ['n:nqn.x'],
        },
      );
    });

    it('at any server where it names none', () => {
      assert.deepEqual(of(makeVolume('disk', { csi: makeCsi('d', { iqn: 'x', nqn: 'nqn.x' }) })), {
        '': ['i:x', 'n:nqn.x'],
      });
      assert.deepEqual(of(makeVolume('bare', { csi: makeCsi('bare', {}) })), { '': [] });
    });

    it('beside others on its server', () => {
      const at = (path: string) => makePlainVolume(path, { nfs: { server: 'x', path } });

      assert.deepEqual(pointers({ persistentVolumes: read([at('/a'), at('/b')]) }), {
        x: ['=/a', '=/b', 'p:/a', 'p:/b'],
      });
    });

    it('as the inline volumes of pods and workloads do', () => {
      const inline = (path: string) => ({ inline: [{ kind: 'nfs' as const, server: 'x', path }] });
      const iscsi = { inline: [{ kind: 'csi' as const, driver: iscsiDriver, attributes: { iqn: 'iqn.x:disk' } }] };
      const pods = read([makeStoragePod('web', inline('/a')), makeStoragePod('db', iscsi)]);

      assert.deepEqual(pointers({ pods, workloads: read([makeWorkload('nightly', inline('/b'))]) }), {
        ...{ x: ['=/a', '=/b', 'p:/a', 'p:/b'], '': ['i:disk'] },
      });
    });
  });

  it('places a driver on the servers that its own volumes name, each once', () => {
    const on = (server: string, driver = nfsDriver, provisioner_driver = 'freenas-nfs') =>
      makeVolume(`${driver} ${server}`, { csi: makeCsi('pvc-1', { provisioner_driver, server }, driver) });
    const persistentVolumes = read([
      ...[on('10.9.0.5'), on('10.9.0.5'), on('10.9.0.6'), on('10.9.0.7', iscsiDriver)],
      ...[on('10.9.0.8', 'org.manual', 'node-manual'), on('10.9.0.9', 'org.other', 'something')],
      makeVolume('bare', { csi: makeCsi('pvc-1', { provisioner_driver: 'freenas-nfs' }, 'org.bare') }),
      makePlainVolume('data', { nfs: { server: '10.9.0.5', path: '/a' } }),
    ]);

    assert.deepEqual(ofCluster({ persistentVolumes }).placedBy, [
      { driver: nfsDriver, servers: ['10.9.0.5', '10.9.0.6'] },
      { driver: iscsiDriver, servers: ['10.9.0.7'] },
    ]);
  });
});
