import assert from 'node:assert/strict';
import { indexUnknownServers, unknownServerWords } from '../../src/correlate/unknown-server.ts';
import type { PersistentVolume } from '../../src/model/kubernetes.ts';
import {
  failed,
  indexOfClusters,
  indexOfNases,
  iscsiDriver,
  makeCluster,
  makeCsi,
  makeNas,
  makePlainVolume,
  makeVolume,
  nfsDriver,
  read,
} from './support/small.ts';

const on = (server: string | undefined, handle = 'pvc-1', driver = nfsDriver) =>
  makeVolume(handle, {
    csi: makeCsi(handle, { provisioner_driver: 'freenas-nfs', ...(server !== undefined && { server }) }, driver),
  });
const nases = indexOfNases(
  makeNas({}, { addresses: ['10.9.0.5', 'nas01.lan'] }),
  makeNas({}, { name: 'nas02', addresses: ['10.9.0.6'] }),
);
const servers = (...volumes: PersistentVolume[]) =>
  indexUnknownServers(
    indexOfClusters(
      makeCluster({ persistentVolumes: read(volumes) }),
      makeCluster({ persistentVolumes: read([on('10.66.0.1', 'theirs', iscsiDriver)]) }, { name: 'staging' }),
      makeCluster({ persistentVolumes: failed() }, { name: 'unread' }),
    ),
    nases,
  );
const unknown = (server: string, cluster = 'prod') => [
  {
    source: `cluster/${cluster}`,
    name: 'persistentVolumes',
    because: `its server ${server} is none of the NASes in config`,
  },
];

describe('[U] correlate/unknown-server', () => {
  it('doubts a volume that names a server of none of our NASes', () => {
    const ofVolume = (volume: PersistentVolume) => servers().ofVolume('prod', volume);

    assert.deepEqual(ofVolume(on('10.77.0.5')), unknown('10.77.0.5'));
    for (const server of ['10.9.0.5', 'nas01.lan', '10.9.0.6', undefined]) assert.deepEqual(ofVolume(on(server)), []);
  });

  describe('of what belongs to a volume', () => {
    const ofHandle = (...volumes: PersistentVolume[]) => servers(...volumes).ofHandle('prod', nfsDriver, 'pvc-1');

    it('doubts what the volume itself says, whatever others of its driver do', () => {
      assert.deepEqual(ofHandle(on('10.77.0.5'), on('10.9.0.5', 'pvc-2')), unknown('10.77.0.5'));
      assert.deepEqual(ofHandle(on('10.9.0.5'), on('10.77.0.5', 'pvc-2')), []);
      assert.deepEqual(ofHandle(on(undefined), on('10.77.0.5', 'pvc-2')), []);
    });

    it('doubts it when one of two volumes with the handle does', () => {
      assert.deepEqual(ofHandle(on('10.9.0.5'), on('10.77.0.5')), unknown('10.77.0.5'));
    });

    it('doubts it, where the volume is gone, when another of the same driver and cluster lies elsewhere', () => {
      assert.deepEqual(ofHandle(on('10.77.0.5', 'pvc-2')), unknown('10.77.0.5'));
      assert.deepEqual(ofHandle(on('10.9.0.5', 'pvc-2')), []);
      assert.deepEqual(ofHandle(on('10.77.0.5', 'pvc-2', iscsiDriver)), []);
      assert.deepEqual(ofHandle(on('10.77.0.5', 'pvc-1', iscsiDriver)), []);
      assert.deepEqual(servers(on('10.77.0.5')).ofHandle('staging', nfsDriver, 'pvc-1'), []);
      assert.deepEqual(servers().ofHandle('staging', iscsiDriver, 'pvc-1'), unknown('10.66.0.1', 'staging'));
      assert.deepEqual(ofHandle(makePlainVolume('data', { nfs: { server: '10.77.0.5', path: '/a' } })), []);
    });

    it('doubts it while the volumes of its cluster were not read', () => {
      assert.deepEqual(servers().ofHandle('unread', nfsDriver, 'pvc-1'), [
        { source: 'cluster/unread', name: 'persistentVolumes', because: 'no connection' },
      ]);
    });
  });

  it('says which server it is, or that none is named', () => {
    assert.equal(unknownServerWords(on('10.77.0.5')), 'its server 10.77.0.5 is none of the NASes in config');
    assert.equal(unknownServerWords(on(undefined)), 'no NAS in config is known to hold it');
  });
});
