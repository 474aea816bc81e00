import assert from 'node:assert/strict';
import {
  type ClusterIndex,
  claimKey,
  claimsOfPod,
  read as itemsOf,
  uidOfContent,
} from '../../src/correlate/cluster-index.ts';
import type { Pod, VolumeSnapshotContent } from '../../src/model/kubernetes.ts';
import {
  failed,
  indexOfClusters,
  makeClaim,
  makeCluster,
  makeContent,
  makeCsi,
  makePlainVolume,
  makeSnapshotObject,
  makeStoragePod,
  makeVolume,
  read,
  uid,
} from './support/small.ts';

const inClusters = (found: readonly { cluster: string; item: { name: string } }[] | undefined) =>
  found?.map(({ cluster, item }) => `${cluster}/${item.name}`);

describe('[U] correlate/cluster-index', () => {
  it('finds volumes by name and by handle, in every cluster that has them', () => {
    const volume = makeVolume('pvc-1', { csi: makeCsi('handle-1') });
    const index = indexOfClusters(
      makeCluster({ persistentVolumes: read([volume, makePlainVolume('data')]) }),
      makeCluster(
        { persistentVolumes: read([makeVolume('moved', { csi: makeCsi('handle-1') })]) },
        { name: 'staging' },
      ),
    );

    assert.deepEqual(inClusters(index.volumesByHandle.get('handle-1')), ['prod/pvc-1', 'staging/moved']);
    assert.deepEqual(inClusters(index.volumesByName.get('pvc-1')), ['prod/pvc-1']);
    assert.deepEqual(inClusters(index.volumesByName.get('data')), ['prod/data']);
    assert.deepEqual([...index.volumesByHandle.keys()], ['handle-1']);
    assert.equal(index.clusters.length, 2);
  });

  it('finds claims and snapshots by UID, whatever its case', () => {
    const index = indexOfClusters(
      makeCluster({
        claims: read([makeClaim('media', { uid: uid('A') })]),
        volumeSnapshots: read([makeSnapshotObject('nightly', { uid: uid('B') })]),
      }),
    );

    assert.equal(index.claimsByUid.get(uid('a'))?.item.name, 'media');
    assert.equal(index.claimsByUid.get(uid('a'))?.cluster, 'prod');
    assert.equal(index.snapshotsByUid.get(uid('b'))?.item.name, 'nightly');
    assert.equal(index.snapshotsByUid.get(uid('b'))?.cluster, 'prod');
  });

  describe('the pods of a claim', () => {
    const podsOf = (...pods: Pod[]) => indexOfClusters(makeCluster({ pods: read(pods) })).podsOfClaim;
    const mounting = (name: string, rest: Partial<Pod> = {}) => makeStoragePod(name, { claims: ['media'] }, rest);
    const found = (pods: ClusterIndex['podsOfClaim'], key = claimKey('prod', 'shop', 'media')) =>
      pods.get(key)?.map(({ name }) => name);

    it('are those of its namespace that name it', () => {
      const pods = podsOf(mounting('web-1'), mounting('web-2'), mounting('alien', { namespace: 'lab' }));

      assert.deepEqual(found(pods), ['web-1', 'web-2']);
      assert.deepEqual(found(pods, claimKey('prod', 'lab', 'media')), ['alien']);
      assert.equal(found(pods, claimKey('staging', 'shop', 'media')), undefined);
    });

    it('are also those that wait or that nobody has heard of, but none that has ended', () => {
      const inPhase = (phase: string) => mounting(phase.toLowerCase(), { phase });
      const pods = podsOf(...['Pending', 'Unknown', 'Succeeded', 'Failed'].map(inPhase));

      assert.deepEqual(found(pods), ['pending', 'unknown']);
    });

    it('are those of a generic ephemeral volume, whose claim is named after pod and volume', () => {
      const pod = makeStoragePod('web-1', { claims: ['media'], ephemeral: ['scratch'] });

      assert.deepEqual(claimsOfPod(pod), ['media', 'web-1-scratch']);
      assert.deepEqual(found(podsOf(pod), claimKey('prod', 'shop', 'web-1-scratch')), ['web-1']);
    });
  });

  describe('the contents of a snapshot', () => {
    const index = (...contents: VolumeSnapshotContent[]) =>
      indexOfClusters(makeCluster({ volumeSnapshotContents: read(contents) }));

    it('are found by the handle, status and source, and by the last part of it', () => {
      const of = index(
        makeContent('made', { snapshotHandle: 'pvc-1@snapshot-1' }),
        makeContent('given', { sourceSnapshotHandle: 'tank/k8s/pvc-1@snapshot-1' }),
        makeContent('detached', { snapshotHandle: 'pvc-1/snapshot-1' }),
        makeContent('bare', { snapshotHandle: 'snapshot-1' }),
        makeContent('none'),
      );

      assert.deepEqual(inClusters(of.contentsByHandle.get('pvc-1@snapshot-1')), ['prod/made']);
      assert.deepEqual(inClusters(of.contentsByHandle.get('tank/k8s/pvc-1@snapshot-1')), ['prod/given']);
      assert.deepEqual(inClusters(of.contentsByLeaf.get('snapshot-1')), [
        ...['prod/made', 'prod/given', 'prod/detached', 'prod/bare'],
      ]);
      assert.equal(of.contentsByHandle.size, 4);
    });

    it('take as the last part what stands after the last separator, whichever it is', () => {
      const of = index(
        makeContent('odd', { snapshotHandle: 'a@b/c' }),
        makeContent('usual', { snapshotHandle: 'a/b@d' }),
      );

      assert.deepEqual([...of.contentsByLeaf.keys()], ['c', 'd']);
    });

    it('are listed once where status and source say the same', () => {
      const handle = 'pvc-1@snapshot-1';
      const of = index(makeContent('given', { snapshotHandle: handle, sourceSnapshotHandle: handle }));

      assert.equal(of.contentsByHandle.get(handle)?.length, 1);
      assert.equal(of.contentsByLeaf.get('snapshot-1')?.length, 1);
    });

    it('are found by the UID of the snapshot that they were made for, whatever its case', () => {
      const ref = { namespace: 'shop', name: 'nightly' };
      const of = index(
        makeContent('referring', { snapshotRef: { ...ref, uid: uid('A') } }),
        makeContent(`snapcontent-${uid('a')}`, { snapshotRef: ref }),
        makeContent('static', { snapshotRef: ref }),
      );

      assert.deepEqual(inClusters(of.contentsByUidOfSnapshot.get(uid('a'))), [
        'prod/referring',
        `prod/snapcontent-${uid('a')}`,
      ]);
      assert.equal(of.contentsByUidOfSnapshot.size, 1);
    });

    it('bear the UID of a snapshot in no other name', () => {
      assert.equal(uidOfContent(makeContent(`snapcontent-${uid('A')}`)), uid('a'));
      assert.equal(uidOfContent(makeContent(`snapcontentx-${uid('a')}`)), undefined);
      assert.equal(uidOfContent(makeContent('snapcontent-by-hand')), undefined);
      assert.equal(uidOfContent(makeContent(`velero-2026-${uid('a')}`)), undefined);
    });
  });

  describe('what was not read', () => {
    const prod = makeCluster({ pods: failed('pods is forbidden'), claims: failed('cut') });
    const staging = makeCluster({ claims: failed('timeout') }, { name: 'staging' });
    const index = () => indexOfClusters(prod, staging);

    it('is named by cluster and list, with the reason', () => {
      assert.deepEqual(index().unread('every', ['pods', 'claims', 'nodes']), [
        { source: 'cluster/prod', name: 'pods', because: 'pods is forbidden' },
        { source: 'cluster/prod', name: 'claims', because: 'cut' },
        { source: 'cluster/staging', name: 'claims', because: 'timeout' },
      ]);
    });

    it('is asked of the clusters that matter alone', () => {
      assert.deepEqual(index().unread(['staging'], ['pods', 'claims']), [
        { source: 'cluster/staging', name: 'claims', because: 'timeout' },
      ]);
      assert.deepEqual(index().unread([], ['pods', 'claims']), []);
    });

    it('has no items', () => {
      assert.deepEqual(itemsOf(prod, 'pods'), []);
      assert.deepEqual([...index().podsOfClaim], []);
    });
  });
});
